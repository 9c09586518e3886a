package io.caravan.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;

/** One of the load's connections, with the streams that share it. Used by the load's thread alone. */
final class Connection implements WebSocketDecoder.Listener {

    /** What a connection tells the load. */
    interface Events {
        void chunk(LoadStream stream, long sentAt);

        void ended(Connection connection, LoadStream stream);

        void failed(Connection connection, LoadStream stream, String why);
    }

    private static final byte[] NOTHING = {};
    private static final byte[] REQUEST_ID = "\"request_id\":\"".getBytes(ISO_8859_1);

    private final Target target;
    private final Events events;
    private final List<LoadStream> streams;
    private final SocketChannel channel;
    private final Decoder decoder;
    private final Stamps stamps = new Stamps(this::stamp);
    private LoadStream current;
    private int stampsInFrame;
    private byte[] rest = NOTHING;
    private boolean open;

    Connection(Target target, List<LoadStream> streams, Events events, Selector selector) throws IOException {
        this.target = target;
        this.events = events;
        this.streams = streams;
        this.current = streams.get(0);
        this.decoder =
                target.protocol().webSocket() ? new WebSocketDecoder(this) : new HttpDecoder(this::stamp, this::ended);
        this.channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (channel.connect(new InetSocketAddress(target.uri().getHost(), target.port()))) {
            channel.register(selector, SelectionKey.OP_READ, this);
            connected();
        } else {
            channel.register(selector, SelectionKey.OP_CONNECT, this);
        }
    }

    List<LoadStream> streams() {
        return streams;
    }

    void finishConnecting(SelectionKey key) throws IOException {
        channel.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        connected();
    }

    private void connected() throws IOException {
        if (target.protocol().webSocket()) {
            write(target.handshake().getBytes(UTF_8));
        } else {
            opened();
        }
    }

    @Override
    public void opened() {
        open = true;
        streams.forEach(this::ask);
    }

    /** Puts the stream's next question. */
    void ask(LoadStream stream) {
        stream.ask();
        write(
                target.protocol().webSocket()
                        ? maskedFrame(
                                1, target.webSocketRequest(stream.requestId()).getBytes(UTF_8))
                        : target.httpRequest());
    }

    /** Reads what is there, with buffers lent by the load. */
    void read(ByteBuffer buffer, byte[] bytes) throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        if (count < 0) {
            throw new EOFException(open ? "connection closed" : "connection refused");
        }
        System.arraycopy(rest, 0, bytes, 0, rest.length);
        int end = rest.length + count;
        buffer.flip().get(bytes, rest.length, count);
        int used = decoder.decode(bytes, 0, end);
        rest = used == end ? NOTHING : Arrays.copyOfRange(bytes, used, end);
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        if (target.protocol() == Target.Protocol.CARAVAN && streams.size() > 1) {
            current = streamOf(bytes, from, to);
        }
        stampsInFrame = 0;
        stamps.scan(bytes, from, to);
        if (stampsInFrame == 0) {
            textWithoutStamp(new String(bytes, from, to - from, UTF_8));
        }
    }

    private void textWithoutStamp(String text) {
        if (target.protocol() == Target.Protocol.LINES) {
            if (text.contains("\"done\":true")) {
                ended();
            }
        } else if (text.contains("\"status\":\"complete\"")) {
            ended();
        } else if (text.contains("\"status\":\"error\"")) {
            current.asking = false;
            events.failed(this, current, text);
        }
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
        write(maskedFrame(10, Arrays.copyOfRange(bytes, from, to)));
    }

    private void stamp(long sentAt) {
        stampsInFrame++;
        events.chunk(current, sentAt);
    }

    private void ended() {
        current.asking = false;
        events.ended(this, current);
    }

    private LoadStream streamOf(byte[] bytes, int from, int to) {
        for (int i = from; i + REQUEST_ID.length < to; i++) {
            if (Arrays.equals(bytes, i, i + REQUEST_ID.length, REQUEST_ID, 0, REQUEST_ID.length)) {
                int index = 0;
                for (int j = i + REQUEST_ID.length; bytes[j] >= '0' && bytes[j] <= '9'; j++) {
                    index = 10 * index + (bytes[j] - '0');
                }
                return streams.get(index - streams.get(0).index);
            }
        }
        throw new Decoder.ProtocolException("a frame without a request_id");
    }

    private void write(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new Decoder.ProtocolException("cannot write: " + e.getMessage());
        }
    }

    /** A client's frame must be masked; a mask of zeros leaves the bytes as they are. */
    private static byte[] maskedFrame(int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 8).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload).flip();
        return Arrays.copyOf(frame.array(), frame.limit());
    }
}
