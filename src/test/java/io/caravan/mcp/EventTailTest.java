package io.caravan.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTailTest {

    private final EventTail tail = new EventTail();

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void knowsTheLastEventThatCameAsAWhole(String end) {
        came("id: 1\ndata: \n\nid:2\nretry: 250\ndata: {}\n\nid: 3\ndata: {".replace("\n", end));

        assertThat(tail.id()).contains("2");
        assertThat(tail.retry()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void readsFieldsThatComeInPieces() {
        came("i");
        came("d: wo");
        came("rd\r");
        came("\n");
        came("\r\n");

        assertThat(tail.id()).contains("word");
    }

    @Test
    void leavesTheBytesToOthers() {
        ByteBuffer bytes = ByteBuffer.wrap("id: 1\n\n".getBytes(UTF_8));

        tail.came(bytes);

        assertThat(bytes.remaining()).isEqualTo(7);
    }

    @Test
    void knowsNothingOfAStreamWithoutIds() {
        came("data: {\"id\": 1}\n\nidentity: 4\n\nid\n\n: id: 5\n\n");

        assertThat(tail.id()).isEmpty();
        assertThat(tail.retry()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void takesNoTimeThatIsNoneAndWaitsALittleInAnyCase() {
        came("retry: soon\nretry: -1\n\n");
        assertThat(tail.retry()).isEqualTo(Duration.ofSeconds(1));

        came("retry: 0\n\n");
        assertThat(tail.retry()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void forgetsWhatCameAfterTheLastWholeEventWhenTheRestIsAskedFor() {
        came("id: 1\n\nid: 2\ndata: {");

        HttpRequest request =
                tail.resume(HttpRequest.newBuilder(URI.create("http://box"))).build();
        came("data: {}\n\n");

        assertThat(request.headers().firstValue("Last-Event-ID")).contains("1");
        assertThat(tail.id()).contains("1");
    }

    private void came(String text) {
        tail.came(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }
}
