package io.caravan.reliability;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;

/** A connection to a fault server, and all that can be done to it. Used by the thread that serves it. */
final class Line {

    /** What was asked, as it came. */
    record Request(String method, String path, String headers, String body) {}

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private int patience;
    private long sent;

    Line(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** The next request; throws at the end of the connection. */
    Request request() throws IOException {
        socket.setSoTimeout(patience);
        String[] start = line().split(" ", -1);
        int length = 0;
        boolean chunked = false;
        StringBuilder headers = new StringBuilder();
        for (String header = line(); !header.isEmpty(); header = line()) {
            headers.append(header).append('\n');
            String plain = header.toLowerCase(Locale.ROOT);
            if (plain.startsWith("content-length:")) {
                length = Integer.parseInt(plain.substring(15).strip());
            }
            chunked |= plain.startsWith("transfer-encoding:") && plain.contains("chunked");
        }
        byte[] body = chunked ? chunks() : in.readNBytes(length);
        return new Request(start[0], start[1], headers.toString(), new String(body, UTF_8));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = size(); size > 0; size = size()) {
            body.write(in.readNBytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private int size() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the caller has left");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** A status line and headers, {@code NAME: VALUE} each. */
    void head(int status, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        raw(head.append("\r\n").toString().getBytes(ISO_8859_1));
    }

    /** A whole response. */
    void respond(int status, byte[] body, String... headers) throws IOException {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Content-Length: " + body.length;
        head(status, all);
        raw(body);
    }

    /** The head of an answer whose length is not known. */
    void stream(String contentType) throws IOException {
        head(200, "Content-Type: " + contentType, "Transfer-Encoding: chunked");
    }

    /** A piece of such an answer. */
    void piece(String text) throws IOException {
        piece(text.getBytes(UTF_8));
    }

    void piece(byte[] bytes) throws IOException {
        ByteArrayOutputStream piece = new ByteArrayOutputStream(bytes.length + 16);
        piece.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
        piece.writeBytes(bytes);
        piece.writeBytes("\r\n".getBytes(ISO_8859_1));
        raw(piece.toByteArray());
    }

    /** Its end, as HTTP has it. */
    void end() throws IOException {
        raw("0\r\n\r\n".getBytes(ISO_8859_1));
    }

    /** Any bytes. */
    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        sent += bytes.length;
    }

    /** The bytes that were sent so far. */
    long sent() {
        return sent;
    }

    /** Waits; throws if the caller leaves meanwhile. */
    void pause(Duration time) throws IOException {
        socket.setSoTimeout(Math.toIntExact(Math.max(1, time.toMillis())));
        try {
            if (in.read() < 0) {
                throw new EOFException("the caller has left");
            }
            throw new IOException("the caller speaks out of turn");
        } catch (SocketTimeoutException e) {
            socket.setSoTimeout(0);
        }
    }

    /** Closes the connection if the next request does not come in time. */
    void keepFor(Duration time) {
        patience = Math.toIntExact(time.toMillis());
    }

    /** Does nothing more until the caller leaves. */
    void hold() throws IOException {
        pause(Duration.ofMinutes(5));
    }

    /** The end of the connection. */
    void close() throws IOException {
        socket.close();
    }

    /** The end of one direction: nothing more is sent, but the connection stays until the caller ends it. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
        hold();
    }

    /** The end of the connection by a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    boolean isClosed() {
        return socket.isClosed();
    }
}
