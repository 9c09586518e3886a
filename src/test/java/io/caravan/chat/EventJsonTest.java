package io.caravan.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final EventJson events = new EventJson(Optional.of("r1"));

    @Test
    void writesEachKindOfChunk() throws Exception {
        JsonNode arguments = JSON.readTree("{\"zone\":\"UTC\"}");

        assertThat(events.chunk(new ChatEvent.Thinking("hm"), 0))
                .isEqualTo(
                        "{\"request_id\":\"r1\",\"status\":\"chunk\",\"chunk\":{\"type\":\"thinking\",\"data\":\"hm\","
                                + "\"metadata\":{\"index\":0}}}");
        assertThat(events.chunk(new ChatEvent.ToolCall("c1", "time__now", arguments), 1))
                .isEqualTo("{\"request_id\":\"r1\",\"status\":\"chunk\",\"chunk\":{\"type\":\"tool_call\",\"data\":"
                        + "{\"call_id\":\"c1\",\"name\":\"time__now\",\"arguments\":{\"zone\":\"UTC\"}},"
                        + "\"metadata\":{\"index\":1}}}");
        assertThat(events.chunk(new ChatEvent.ToolResult("c1", "time__now", "noon", false), 2))
                .isEqualTo("{\"request_id\":\"r1\",\"status\":\"chunk\",\"chunk\":{\"type\":\"tool_result\",\"data\":"
                        + "{\"call_id\":\"c1\",\"name\":\"time__now\",\"result\":\"noon\",\"is_error\":false},"
                        + "\"metadata\":{\"index\":2}}}");
    }

    @Test
    void saysThatACallAwaitsSomebodysWord() throws Exception {
        assertThat(events.awaiting(new ChatEvent.ToolCall("c1", "pay", JSON.readTree("{\"sum\":3}")), 4))
                .isEqualTo("{\"request_id\":\"r1\",\"status\":\"chunk\",\"chunk\":{\"type\":\"tool_call\",\"data\":"
                        + "{\"call_id\":\"c1\",\"name\":\"pay\",\"arguments\":{\"sum\":3},\"awaiting\":true},"
                        + "\"metadata\":{\"index\":4}}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"", "\\", "\n\r\t\b\f\u0000\u001f", "é 漢字 😀", "</script>", "\u2028"})
    void writesEveryTextSoThatItIsReadUnchanged(String text) throws Exception {
        EventJson odd = new EventJson(Optional.of(text));

        JsonNode event = JSON.readTree(odd.chunk(new ChatEvent.Text(text), 7));

        assertThat(event.get("request_id").asText()).isEqualTo(text);
        assertThat(event.at("/chunk/data").asText()).isEqualTo(text);
    }

    @Test
    void writesAFailureWithAllThatACallerActsOn() {
        assertThat(events.failed(new StreamException(ErrorCode.STREAM_INTERRUPTED, "it \"broke\"", true, null)))
                .isEqualTo("{\"request_id\":\"r1\",\"status\":\"error\",\"error\":{\"code\":\"stream_interrupted\","
                        + "\"message\":\"it \\\"broke\\\"\",\"retryable\":true,\"partial\":true,\"status_code\":502}}");
    }

    @Test
    void writesNullForAnIdThatCouldNotBeRead() {
        assertThat(new EventJson(Optional.empty()).pong()).startsWith("{\"request_id\":null,");
    }

    @Test
    void writesListsAlsoWhereTheyAreEmpty() {
        assertThat(events.models(List.of())).endsWith("\"metadata\":{\"models\":[]}}");
        assertThat(events.started(new ChatEvent.Started("p", "m", Optional.of("s"), List.of("a", "b"))))
                .endsWith("\"session_id\":\"s\",\"tools\":[\"a\",\"b\"]}}");
    }
}
