package io.caravan.camel.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.testing.Patience;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A WebSocket client by hand, for what a client library would not do. Frames it receives are at most 64 KiB. */
public final class RawPeer implements AutoCloseable {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;

    record Frame(int opcode, ByteBuffer payload) {

        int closeCode() {
            return payload.getShort(0);
        }

        String closeReason() {
            return UTF_8.decode(payload.slice(2, payload.limit() - 2)).toString();
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final String statusLine;
    private final String headers;

    public RawPeer(int port, String path, String... headers) throws IOException {
        this(port, "127.0.0.1:" + port, path, headers);
    }

    /** Shakes hands with these headers, in the name of this host. */
    public RawPeer(int port, String host, String path, String[] headers) throws IOException {
        socket.setReceiveBufferSize(16 << 10);
        socket.setSoTimeout((int) Patience.LONGEST.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        in = new DataInputStream(socket.getInputStream());
        statusLine = line();
        StringBuilder received = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            received.append(line).append('\n');
        }
        this.headers = received.toString();
    }

    /** The status of the answer to the handshake. */
    public int status() {
        return Integer.parseInt(statusLine.substring(9, 12));
    }

    public String headers() {
        return headers;
    }

    /** Sends a text message. */
    public void say(String text) throws IOException {
        send(TEXT, true, text.getBytes(UTF_8));
    }

    /** The next text message. */
    public String hear() throws IOException {
        return UTF_8.decode(readUntil(TEXT).payload()).toString();
    }

    /** Sends these bytes as a text message, whether they are one or not. */
    public void sayBytes(byte[] bytes) throws IOException {
        send(TEXT, true, bytes);
    }

    /** Begins a text message of so many bytes, and does not go on. */
    public void announce(int bytes) throws IOException {
        socket.getOutputStream()
                .write(ByteBuffer.allocate(14)
                        .put((byte) (0x80 | TEXT))
                        .put((byte) (0x80 | 127))
                        .putLong(bytes)
                        .array());
    }

    /** Reads on to the end of the connection: the code and the reason it is closed with. */
    public String hearClose() throws IOException {
        Frame close = readUntil(CLOSE);
        return close.closeCode() + " " + close.closeReason();
    }

    void send(int opcode, boolean end, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write((end ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >>> shift));
            }
        }
        frame.write(new byte[4]); // a mask of zeros leaves the payload as it is
        frame.write(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    void sendRaw(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    boolean hasSomethingToRead() throws IOException {
        return in.available() > 0;
    }

    Frame read() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(opcode, ByteBuffer.wrap(payload));
    }

    Frame readUntil(int opcode) throws IOException {
        Frame frame;
        do {
            frame = read();
        } while (frame.opcode() != opcode);
        return frame;
    }

    boolean atEnd() throws IOException {
        return in.read() < 0;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
