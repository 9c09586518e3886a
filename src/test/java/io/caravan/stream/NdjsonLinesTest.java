package io.caravan.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NdjsonLinesTest {

    private static final int LIMIT = 16 * 1024 * 1024;

    @Test
    void handsOutEachLineWithoutItsEnd() throws IOException {
        assertThat(lines("one\ntwo\n")).containsExactly("one", "two");
    }

    @Test
    void countsALineTheStreamEndsIn() throws IOException {
        assertThat(lines("one\ntwo")).containsExactly("one", "two");
    }

    @Test
    void skipsBlankLines() throws IOException {
        assertThat(lines("\n\none\r\n \t\r\n\ntwo\n\n")).containsExactly("one\r", "two");
    }

    @Test
    void splitsAtNothingButALineFeed() throws IOException {
        String line = "a\u2028b\u2029c\u0085d\u000be\fg";

        assertThat(lines(line + "\nnext")).containsExactly(line, "next");
    }

    @Test
    void stripsAByteOrderMarkAtTheStartAndNowhereElse() throws IOException {
        assertThat(lines("\uFEFFone\n\uFEFFtwo\n")).containsExactly("one", "\uFEFFtwo");
    }

    @Test
    void numbersLinesWithBlankOnesCounted() throws IOException {
        NdjsonLines lines = new NdjsonLines(Pieces.whole(bytes("\none\n\n\ntwo\n")), LIMIT);

        lines.next();
        long first = lines.number();
        lines.next();

        assertThat(first).isEqualTo(2);
        assertThat(lines.number()).isEqualTo(5);
    }

    @Test
    void readsOnlyWhenNoWholeLineIsThere() throws IOException {
        Pieces pieces = Pieces.of(8, bytes("one\ntwo\nthree\n"));
        NdjsonLines lines = new NdjsonLines(pieces, LIMIT);

        lines.next();
        lines.next();

        assertThat(pieces.reads()).isEqualTo(1);
        lines.next();
        assertThat(pieces.reads()).isEqualTo(2);
    }

    @Test
    void acceptsALineOfEightMebibytesBetweenShortOnes() throws IOException {
        String longLine = "x".repeat(8 * 1024 * 1024);

        List<String> lines = lines("short\n" + longLine + "\nshort\n");

        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).isEqualTo(longLine);
    }

    @Test
    void givesTheRoomOfALongLineBack() throws IOException {
        NdjsonLines lines = new NdjsonLines(
                Pieces.of(4096, bytes("x".repeat(1024 * 1024) + "\none\n" + "two\n".repeat(3000))), LIMIT);

        lines.next();
        int grown = lines.bytes().length;
        for (int i = 0; i < 2500; i++) {
            lines.next();
        }

        assertThat(grown).isGreaterThan(1024 * 1024);
        assertThat(lines.bytes().length).isLessThanOrEqualTo(8 * 1024);
    }

    @Test
    void refusesALineOf64MebibytesAndReadsNoMoreOfItThanTheLimit() {
        Endless endless = new Endless(64L * 1024 * 1024);
        NdjsonLines lines = new NdjsonLines(endless, LIMIT);

        assertThatThrownBy(lines::next)
                .isInstanceOfSatisfying(
                        StreamException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL))
                .hasMessageContaining("Line 1");
        assertThat(endless.read).isLessThanOrEqualTo(LIMIT + 1);
    }

    @Test
    void drawsTheLimitAtTheSameByteHoweverTheBytesCome() throws IOException {
        for (int size : new int[] {1, 7, 1000}) {
            NdjsonLines fits = new NdjsonLines(Pieces.of(size, bytes("0123456789\n")), 10);
            NdjsonLines tooLong = new NdjsonLines(Pieces.of(size, bytes("0123456789X\n")), 10);

            assertThat(fits.next()).isTrue();
            assertThatThrownBy(tooLong::next).isInstanceOf(StreamException.class);
        }
    }

    @Test
    void stretchesALineToTheEndOfTheStream() throws IOException {
        for (int size : new int[] {1, 3, 1000}) {
            NdjsonLines lines = new NdjsonLines(Pieces.of(size, bytes("\n{\n \"a\": 1\n}\n")), LIMIT);

            lines.next();
            lines.extendToEnd();

            assertThat(text(lines)).isEqualTo("{\n \"a\": 1\n}\n");
            assertThat(lines.next()).isFalse();
        }
    }

    @Test
    void drainsNoMuchMoreThanAsked() throws IOException {
        Endless endless = new Endless(Long.MAX_VALUE);
        NdjsonLines lines = new NdjsonLines(endless, LIMIT);

        lines.drain(10_000);

        assertThat(endless.read).isBetween(10_000L, 14_096L);
    }

    private static List<String> lines(String text) throws IOException {
        List<String> whole = read(Pieces.whole(bytes(text)));
        if (text.length() < 1000) {
            for (int size = 1; size < 12; size++) {
                assertThat(read(Pieces.of(size, bytes(text)))).isEqualTo(whole);
            }
        }
        return whole;
    }

    private static List<String> read(InputStream in) throws IOException {
        NdjsonLines lines = new NdjsonLines(in, LIMIT);
        List<String> read = new ArrayList<>();
        while (lines.next()) {
            read.add(text(lines));
        }
        return read;
    }

    private static String text(NdjsonLines lines) {
        return new String(lines.bytes(), lines.from(), lines.length(), UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** So many bytes without a line end. */
    private static final class Endless extends InputStream {

        private final long total;
        private long read;

        private Endless(long total) {
            this.total = total;
        }

        @Override
        public int read() {
            throw new AssertionError("a byte at a time");
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = (int) Math.min(length, total - read);
            read += count;
            return count == 0 ? -1 : count;
        }
    }
}
