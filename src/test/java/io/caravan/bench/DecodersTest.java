package io.caravan.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecodersTest {

    private final List<String> seen = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(Wire.class)
    void findsEveryChunkAndTheEndOfWhatTheStubSendsWhereverItIsCut(Wire wire) {
        byte[] answer =
                joined(wire.head().at(11), wire.next().at(22), wire.next().at(33), wire.last(3));
        byte[] twoAnswers = joined(ByteBuffer.wrap(answer), ByteBuffer.wrap(answer));

        for (int cut = 1; cut < twoAnswers.length; cut++) {
            seen.clear();
            feed(new HttpDecoder(stamp -> seen.add("chunk " + stamp), () -> seen.add("end")), twoAnswers, cut);

            assertThat(seen)
                    .as("cut at %d", cut)
                    .containsExactly(
                            "chunk 11", "chunk 22", "chunk 33", "end", "chunk 11", "chunk 22", "chunk 33", "end");
        }
    }

    @Test
    void readsABodyWithALength() {
        byte[] answer = Pages.response("200 OK", "\"@0000000000000007 \"").getBytes(US_ASCII);

        feed(new HttpDecoder(stamp -> seen.add("chunk " + stamp), () -> seen.add("end")), answer, 5);

        assertThat(seen).containsExactly("chunk 7", "end");
    }

    @Test
    void tellsARefusalByItsStatusLine() {
        byte[] answer = Pages.response("503 Service Unavailable", "{}").getBytes(US_ASCII);
        HttpDecoder decoder = new HttpDecoder(stamp -> {}, () -> {});

        assertThatThrownBy(() -> decoder.decode(answer, 0, answer.length))
                .isInstanceOf(Decoder.ProtocolException.class)
                .hasMessage("http/1.1 503 service unavailable");
    }

    @Test
    void readsFramesOfEachLengthWhereverTheyAreCut() {
        byte[] bytes = joined(
                ascii("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
                frame(1, "x".repeat(5), 0),
                frame(9, "hi", 0),
                frame(1, "y".repeat(300), 2),
                frame(1, "z".repeat(70_000), 8),
                frame(1, "", 0));

        for (int cut : new int[] {1, 20, 37, 38, 39, 40, 41, 45, 46, 49, 50, 51, 52, 53, 400, 70_360}) {
            seen.clear();
            feed(new WebSocketDecoder(new Lengths()), bytes, cut);

            assertThat(seen)
                    .as("cut at %d", cut)
                    .containsExactly("opened", "text 5", "ping 2", "text 300", "text 70000", "text 0");
        }
    }

    @Test
    void takesACloseForAFailure() {
        byte[] bytes = joined(ascii("HTTP/1.1 101 Switching Protocols\r\n\r\n"), frame(8, "", 0));
        WebSocketDecoder decoder = new WebSocketDecoder(new Lengths());

        assertThatThrownBy(() -> decoder.decode(bytes, 0, bytes.length)).isInstanceOf(Decoder.ProtocolException.class);
    }

    /** Gives the bytes in two pieces, keeping what was not used as a connection does. */
    private static void feed(Decoder decoder, byte[] bytes, int cut) {
        int used = decoder.decode(bytes, 0, cut);
        byte[] rest = Arrays.copyOfRange(bytes, used, bytes.length);
        assertThat(decoder.decode(rest, 0, rest.length)).isEqualTo(rest.length);
    }

    private static ByteBuffer frame(int opcode, String text, int lengthBytes) {
        ByteBuffer frame = ByteBuffer.allocate(text.length() + 10).put((byte) (0x80 | opcode));
        switch (lengthBytes) {
            case 0 -> frame.put((byte) text.length());
            case 2 -> frame.put((byte) 126).putShort((short) text.length());
            default -> frame.put((byte) 127).putLong(text.length());
        }
        return frame.put(text.getBytes(US_ASCII)).flip();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private static byte[] joined(ByteBuffer... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer part : parts) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private final class Lengths implements WebSocketDecoder.Listener {

        @Override
        public void opened() {
            seen.add("opened");
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            seen.add("text " + (to - from));
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            seen.add("ping " + (to - from));
        }
    }
}
