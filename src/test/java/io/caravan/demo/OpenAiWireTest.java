package io.caravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenAiWireTest {

    private static final String PATH = "/v1/chat/completions";

    private final ScriptedModel model =
            ScriptedModel.builder().pace(Pace.AT_ONCE).start();
    private final Caller caller = new Caller(model);

    @AfterEach
    void stop() {
        model.close();
    }

    @Test
    void streamsEventsUpToItsTerminator() throws Exception {
        HttpResponse<String> response = caller.post(
                PATH, with(Caller.question("Hello"), "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(response.body()).endsWith("}\n\ndata: [DONE]\n\n");
        List<JsonNode> events = Caller.events(response.body());
        JsonNode first = events.get(0).path("choices").get(0);
        JsonNode finish = events.get(events.size() - 2).path("choices").get(0);
        JsonNode usage = events.get(events.size() - 1);
        assertThat(first.toString())
                .isEqualTo(
                        "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"You\"},\"finish_reason\":null}");
        assertThat(finish.toString()).isEqualTo("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}");
        assertThat(usage.path("choices")).isEmpty();
        assertThat(usage.path("usage").path("total_tokens").asInt()).isEqualTo(events.size() - 2 + 1);
    }

    @Test
    void leavesTheUsageOutUnlessAsked() throws Exception {
        String body = caller.post(PATH, with(Caller.question("Hello"), "\"stream\":true,\"max_tokens\":2"))
                .body();

        assertThat(body).doesNotContain("usage").contains("\"finish_reason\":\"length\"");
    }

    @Test
    void answersInOneObjectUnlessAStreamIsWanted() throws Exception {
        JsonNode answer =
                Caller.json(caller.post(PATH, Caller.question("Who are you?")).body());

        JsonNode choice = answer.path("choices").get(0);
        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(choice.path("message").path("content").asText()).startsWith("I am the scripted model");
        assertThat(answer.path("usage").path("prompt_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void callsAToolInFragmentsAndThenTellsItsResult() throws Exception {
        String tools = "\"stream\":true,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"clock\","
                + "\"parameters\":{\"type\":\"object\",\"properties\":{\"tz\":{\"type\":\"string\"}}}}}]";

        List<JsonNode> events =
                Caller.events(caller.post(PATH, with(Caller.question("What says the clock in Tokyo?"), tools))
                        .body());
        List<JsonNode> calls = events.stream()
                .map(event -> event.path("choices").get(0).path("delta").path("tool_calls"))
                .flatMap(list -> StreamSupport.stream(list.spliterator(), false))
                .toList();
        String id = calls.get(0).path("id").asText();
        String answer = caller.post(
                        PATH,
                        "{\"model\":\"scripted\",\"messages\":[{\"role\":\"user\",\"content\":\"The clock?\"},"
                                + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"" + id
                                + "\",\"type\":\"function\",\"function\":{\"name\":\"clock\",\"arguments\":\"{}\"}}]},"
                                + "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"12:00\"}]}")
                .body();

        assertThat(calls).hasSize(3);
        assertThat(calls.stream()
                        .map(call -> call.path("function").path("arguments").asText())
                        .collect(Collectors.joining()))
                .isEqualTo("{\"tz\":\"Tokyo\"}");
        assertThat(events.get(3).path("choices").get(0).path("finish_reason").asText())
                .isEqualTo("tool_calls");
        assertThat(answer).contains("The tool clock says: 12:00");
    }

    @Test
    void refusesInOpenAisShape() throws Exception {
        HttpResponse<String> response = caller.post(PATH, "{\"model\":\"nope\"}");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .isEqualTo("{\"error\":{\"message\":\"model 'nope' not found\",\"type\":\"not_found_error\","
                        + "\"param\":null,\"code\":null}}");
        assertThat(caller.post(PATH, "{").statusCode()).isEqualTo(400);
    }

    @Test
    void listsItsModels() throws Exception {
        JsonNode list = Caller.json(caller.send("GET", "/v1/models").body());

        assertThat(list.path("object").asText()).isEqualTo("list");
        assertThat(list.path("data").get(0).path("id").asText()).isEqualTo("scripted:latest");
    }

    private static String with(String request, String more) {
        return request.replaceFirst("\\{", "{" + more + ",");
    }
}
