package io.caravan.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseEventsTest {

    private static final int LIMIT = 16 * 1024 * 1024;

    @Test
    void handsOutTheDataOfEachEvent() throws IOException {
        assertThat(events("data: one\n\ndata: two\n\n")).containsExactly("one", "two");
    }

    @Test
    void takesOneSpaceAtMostOffTheValue() throws IOException {
        assertThat(events("data:one\n\ndata:  two\n\n")).containsExactly("one", " two");
    }

    @Test
    void endsLinesAtCarriageReturnLineFeedOrBoth() throws IOException {
        assertThat(events("data: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r\n\ndata: e\n\r\n"))
                .containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void keepsOtherSeparatorsAsData() throws IOException {
        assertThat(events("data: a\u2028b\u0085c\n\n")).containsExactly("a\u2028b\u0085c");
    }

    @Test
    void ignoresCommentsIdsRetriesEmptyDataAndUnknownFields() throws IOException {
        assertThat(events(":\n\n: ping\n\nid: 7\n\nretry: 5\n\ndata:\n\ndata\n\nfoo: bar\n\nfoo\n\ndata: x\n\n"))
                .containsExactly("x");
    }

    @Test
    void joinsSeveralDataLinesByLineFeed() throws IOException {
        assertThat(events("data: a\n: between\ndata:b\r\nid: 1\r\ndata\ndata: c\n\n"))
                .containsExactly("a\nb\n\nc");
    }

    @Test
    void stripsAByteOrderMark() throws IOException {
        assertThat(events("\uFEFFdata: one\n\n")).containsExactly("one");
    }

    @Test
    void tellsTheNameOfAnEventAndForgetsItWithTheEvent() throws IOException {
        assertThat(events("event: ping\ndata: x\n\nevent: lost\n\ndata: y\n\n")).containsExactly("ping|x", "y");
    }

    @Test
    void takesErrorAsFieldNameForAnEventOfThatName() throws IOException {
        assertThat(events("error: {\"code\":500}\n\n")).containsExactly("error|{\"code\":500}");
    }

    @Test
    void dropsAnEventTheStreamEndsInAndSaysSo() throws IOException {
        for (String cut : List.of("data: one\n\ndata: tw", "data: one\n\ndata: two\n", "data: one\n\ndata: two\r")) {
            SseEvents events = new SseEvents(Pieces.whole(bytes(cut)), LIMIT);

            assertThat(read(events)).containsExactly("one");
            assertThat(events.isCutOff()).as(cut).isTrue();
        }
    }

    @Test
    void saysNothingOfTheKindAfterAWholeLastEvent() throws IOException {
        SseEvents events = new SseEvents(Pieces.whole(bytes("data: one\n\n: bye\n\n")), LIMIT);

        read(events);

        assertThat(events.isCutOff()).isFalse();
    }

    @Test
    void handsOutLinesThatAreNoFieldsAsOneRawBlock() throws IOException {
        assertThat(events("data: one\n\n{\n  \"error\": {\n    \"code\": 1\n  }\n}"))
                .containsExactly("one", "raw|{\n  \"error\": {\n    \"code\": 1\n  }\n}");
        assertThat(events("[{\r\n\"a\":1}]\r\n\r\ndata: two\n\n")).containsExactly("raw|[{\r\n\"a\":1}]", "two");
    }

    @Test
    void tellsTheLineAnEventBeginsAt() throws IOException {
        SseEvents events = new SseEvents(Pieces.whole(bytes(":\n\nid: 1\ndata: a\ndata: b\n\n")), LIMIT);

        events.next();

        assertThat(events.number()).isEqualTo(4);
    }

    @Test
    void readsOnlyWhenNoWholeEventIsThere() throws IOException {
        for (String end : List.of("\n", "\r", "\r\n")) {
            byte[] two = bytes(("data: one" + end + end).repeat(2));
            Pieces pieces = Pieces.of(two.length, bytes(("data: one" + end + end).repeat(3)));
            SseEvents events = new SseEvents(pieces, LIMIT);

            events.next();
            events.next();

            assertThat(pieces.reads()).isEqualTo(1);
        }
    }

    @Test
    void acceptsAnEventOfEightMebibytes() throws IOException {
        String data = "x".repeat(8 * 1024 * 1024);

        assertThat(read(new SseEvents(Pieces.whole(bytes("data: " + data + "\n\n")), LIMIT)))
                .containsExactly(data);
    }

    @Test
    void refusesAnEventOverTheLimitInOneLineOrInMany() {
        for (String tooLong : List.of("data: " + "x".repeat(2000), "data: xxxx\n".repeat(200), "{\n".repeat(900))) {
            for (int size : new int[] {1, 700, 100_000}) {
                SseEvents events = new SseEvents(Pieces.of(size, bytes(tooLong + "\n\n")), 1000);

                assertThatThrownBy(events::next)
                        .isInstanceOfSatisfying(
                                StreamException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL));
            }
        }
    }

    @Test
    void endsWhereTheStreamBreaksOnceWhatMattersHasCome() throws IOException {
        SseEvents events = new SseEvents(breaksAfter("data: one\n\n"), LIMIT);

        assertThat(events.next(true)).isTrue();
        assertThat(events.next(true)).isFalse();
    }

    @Test
    void failsWhereTheStreamBreaksBeforeThat() throws IOException {
        SseEvents events = new SseEvents(breaksAfter("data: one\n\n"), LIMIT);

        assertThat(events.next(false)).isTrue();
        assertThatThrownBy(() -> events.next(false)).isInstanceOf(IOException.class);
    }

    @Test
    void copiesTheDataOfAnEventForLater() throws IOException {
        SseEvents events = new SseEvents(Pieces.whole(bytes("data: one\n\ndata: two\n\n")), LIMIT);

        events.next();
        byte[] first = events.copy();
        events.next();

        assertThat(first).isEqualTo(bytes("one"));
        assertThat(events.copy()).isEqualTo(bytes("two"));
    }

    private static InputStream breaksAfter(String text) {
        return new SequenceInputStream(Pieces.whole(bytes(text)), new Broken());
    }

    private static List<String> events(String text) throws IOException {
        List<String> whole = read(new SseEvents(Pieces.whole(bytes(text)), LIMIT));
        for (int size = 1; size < 12; size++) {
            assertThat(read(new SseEvents(Pieces.of(size, bytes(text)), LIMIT))).isEqualTo(whole);
        }
        for (int cut = 1; cut < text.length(); cut++) {
            InputStream pieces = Pieces.cutAt(cut, bytes(text));
            assertThat(read(new SseEvents(pieces, LIMIT))).isEqualTo(whole);
        }
        return whole;
    }

    private static List<String> read(SseEvents events) throws IOException {
        List<String> read = new ArrayList<>();
        while (events.next()) {
            String data = new String(events.bytes(), events.from(), events.length(), UTF_8);
            String kind = events.isRaw() ? "raw" : events.name();
            read.add(kind.isEmpty() ? data : kind + "|" + data);
        }
        return read;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
