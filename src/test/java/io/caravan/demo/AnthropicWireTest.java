package io.caravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicWireTest {

    private static final String PATH = "/v1/messages";
    private static final String TOOLS = "\"stream\":true,\"tools\":[{\"name\":\"clock\",\"input_schema\":"
            + "{\"type\":\"object\",\"properties\":{\"tz\":{\"type\":\"string\"}}}}]";

    private final ScriptedModel model =
            ScriptedModel.builder().pace(Pace.AT_ONCE).start();

    @AfterEach
    void stop() {
        model.close();
    }

    @Test
    void streamsEventsUpToItsTerminator() throws Exception {
        HttpResponse<String> response = post(question("Hello", "\"stream\":true"));

        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        assertThat(response.body()).endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        List<JsonNode> events = Caller.events(response.body());
        List<String> types = types(events);
        assertThat(types.subList(0, 4))
                .containsExactly("message_start", "ping", "content_block_start", "content_block_delta");
        assertThat(types.subList(types.size() - 3, types.size()))
                .containsExactly("content_block_stop", "message_delta", "message_stop");
        assertThat(events.get(0).at("/message/usage/input_tokens").asInt()).isEqualTo(1);
        assertThat(events.get(3).path("delta").toString()).isEqualTo("{\"type\":\"text_delta\",\"text\":\"You\"}");
        JsonNode end = events.get(events.size() - 2);
        assertThat(end.at("/delta/stop_reason").asText()).isEqualTo("end_turn");
        assertThat(end.at("/usage/output_tokens").asInt()).isEqualTo(events.size() - 6);
    }

    @Test
    void namesEachEventByItsType() throws Exception {
        String body = post(question("Hello", "\"stream\":true")).body();

        assertThat(body.lines().filter(line -> line.startsWith("event: ")).map(line -> line.substring(7)))
                .isEqualTo(types(Caller.events(body)));
    }

    @Test
    void answersInOneObjectUnlessAStreamIsWanted() throws Exception {
        JsonNode answer =
                Caller.json(post(question("Who are you?", "\"system\":\"x\"")).body());

        assertThat(answer.path("type").asText()).isEqualTo("message");
        assertThat(answer.path("stop_reason").asText()).isEqualTo("end_turn");
        assertThat(answer.at("/content/0/text").asText()).startsWith("I am the scripted model");
        assertThat(answer.at("/usage/input_tokens").asInt()).isEqualTo(4);
    }

    @Test
    void writesNoMoreThanAllowed() throws Exception {
        String body = question("Hello", "\"stream\":true").replace("\"max_tokens\":100", "\"max_tokens\":2");

        List<JsonNode> events = Caller.events(post(body).body());

        assertThat(types(events)).containsOnlyOnce("message_stop");
        assertThat(types(events).stream().filter("content_block_delta"::equals)).hasSize(2);
        assertThat(events.get(events.size() - 2).at("/delta/stop_reason").asText())
                .isEqualTo("max_tokens");
    }

    @Test
    void thinksInABlockOfItsOwnThatIsSigned() throws Exception {
        String body = question("Hello", "\"stream\":true").replace("\"scripted\"", "\"scripted-thinker\"");

        List<JsonNode> events = Caller.events(post(body).body());

        List<String> blocks = events.stream()
                .map(event -> event.at("/content_block/type").asText())
                .filter(type -> !type.isEmpty())
                .toList();
        assertThat(blocks).containsExactly("thinking", "text");
        assertThat(events)
                .anySatisfy(
                        event -> assertThat(event.at("/delta/type").asText()).isEqualTo("signature_delta"));
        assertThat(post(body.replaceFirst("\\{", "{\"thinking\":{\"type\":\"disabled\"},"))
                        .body())
                .doesNotContain("thinking");
    }

    @Test
    void callsAToolInFragmentsAndThenTellsItsResult() throws Exception {
        List<JsonNode> events = Caller.events(
                post(question("What says the clock in Tokyo?", TOOLS)).body());
        JsonNode block = events.stream()
                .map(event -> event.path("content_block"))
                .filter(begun -> begun.path("type").asText().equals("tool_use"))
                .findFirst()
                .orElseThrow();
        String results = ("{\"model\":\"scripted\",\"max_tokens\":100," + TOOLS
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"The"
                        + " clock?\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"ID\",\"name\":"
                        + "\"clock\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
                        + "\"tool_use_id\":\"ID\",\"content\":\"12:00\"}]}]}")
                .replace("ID", block.path("id").asText());

        assertThat(events.stream()
                        .map(event -> event.at("/delta/partial_json").asText())
                        .collect(Collectors.joining()))
                .isEqualTo("{\"tz\":\"Tokyo\"}");
        assertThat(events.get(events.size() - 2).at("/delta/stop_reason").asText())
                .isEqualTo("tool_use");
        assertThat(Caller.events(post(results).body()).stream()
                        .map(event -> event.at("/delta/text").asText())
                        .collect(Collectors.joining()))
                .contains("The tool clock says: 12:00");
        assertThat(post(results.replace("\"tool_use_id\"", "\"x\"")).statusCode())
                .isEqualTo(400);
    }

    @Test
    void fillsInASchema() throws Exception {
        String body = post(question(
                        "The weather in Oslo?",
                        "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":"
                                + "{\"properties\":{\"place\":{\"type\":\"string\"}}}}}"))
                .body();

        assertThat(Caller.json(Caller.json(body).at("/content/0/text").asText())
                        .path("place")
                        .asText())
                .isEqualTo("Oslo");
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"max_tokens\":100,|''|max_tokens: Field required|400",
                "\"max_tokens\":100,|\"max_tokens\":100,\"seed\":1,|seed: Extra inputs are not permitted|400",
                "\"role\":\"user\"|\"role\":\"system\"|messages: Unexpected role \\\"system\\\"|400",
                "\"scripted\"|\"nope\"|model: nope|404"
            })
    void refusesInAnthropicsShape(String instead, String sent, String message, int status) throws Exception {
        HttpResponse<String> response =
                post(question("Hello", "\"stream\":true").replace(instead, sent));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body())
                .isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\""
                        + (status == 404 ? "not_found_error" : "invalid_request_error") + "\",\"message\":\"" + message
                        + "\"}}");
    }

    @Test
    void refusesARequestWithoutTheVersionOfTheFormat() throws Exception {
        HttpResponse<String> response = new Caller(model).post(PATH, question("Hello", "\"stream\":true"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("anthropic-version: header is required");
    }

    @Test
    void listsItsModelsInTheShapeOfTheFormatThatAsks() throws Exception {
        JsonNode list = Caller.json(send(request("/v1/models").GET().build()).body());

        assertThat(list.at("/data/0/type").asText()).isEqualTo("model");
        assertThat(list.at("/data/0/id").asText()).isEqualTo("scripted");
        assertThat(list.path("has_more").asBoolean(true)).isFalse();
        assertThat(list.path("last_id").asText()).isEqualTo("scripted-thinker");
        assertThat(new Caller(model).send("GET", "/v1/models").body()).contains("\"object\":\"list\"");
    }

    @Test
    void breaksOffWithAnErrorEvent() throws Exception {
        model.next(new Fault.ErrorLine(1, "out of memory"));

        assertThat(post(question("Hello", "\"stream\":true")).body())
                .contains("\"text\":\"You\"")
                .endsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":"
                        + "\"out of memory\"}}\n\n");
    }

    @Test
    void leavesTheTerminatorOut() throws Exception {
        model.next(new Fault.Unterminated());

        assertThat(post(question("Hello", "\"stream\":true")).body())
                .contains("\"stop_reason\":\"end_turn\"")
                .doesNotContain("message_stop");
    }

    private static String question(String text, String more) {
        return "{\"model\":\"scripted\",\"max_tokens\":100," + more + ",\"messages\":[{\"role\":\"user\",\"content\":\""
                + text + "\"}]}";
    }

    private static List<String> types(List<JsonNode> events) {
        return events.stream().map(event -> event.path("type").asText()).toList();
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send(request(PATH).POST(BodyPublishers.ofString(body)).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(model.url().resolve(path)).header("anthropic-version", "2023-06-01");
    }

    private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
