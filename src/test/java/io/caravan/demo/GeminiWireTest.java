package io.caravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GeminiWireTest {

    private static final String STREAM = "/v1beta/models/scripted:streamGenerateContent";
    private static final String EVENTS = STREAM + "?alt=sse";
    private static final String WHOLE = "/v1beta/models/scripted:generateContent";

    private final ScriptedModel model =
            ScriptedModel.builder().pace(Pace.AT_ONCE).start();
    private final Caller caller = new Caller(model);

    @AfterEach
    void stop() {
        model.close();
    }

    @Test
    void streamsEventsOfWhichTheLastHasAReason() throws Exception {
        HttpResponse<String> response = caller.post(EVENTS, question("Who are you?", ""));

        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(response.body()).endsWith("}\r\n\r\n").doesNotContain("[DONE]");
        List<JsonNode> events = Caller.events(response.body());
        JsonNode last = events.get(events.size() - 1);
        assertThat(events.get(0).path("candidates").toString())
                .isEqualTo("[{\"content\":{\"parts\":[{\"text\":\"I\"}],\"role\":\"model\"},\"index\":0}]");
        assertThat(last.at("/candidates/0/finishReason").asText()).isEqualTo("STOP");
        assertThat(last.at("/usageMetadata/promptTokenCount").asInt()).isEqualTo(3);
        assertThat(last.at("/usageMetadata/candidatesTokenCount").asInt()).isEqualTo(events.size() - 1);
    }

    @Test
    void streamsAListUnlessEventsAreAskedFor() throws Exception {
        HttpResponse<String> response = caller.post(STREAM, question("Who are you?", ""));

        JsonNode list = Caller.json(response.body());
        assertThat(response.headers().firstValue("content-type")).contains("application/json; charset=UTF-8");
        assertThat(list.isArray()).isTrue();
        assertThat(text(list)).startsWith("I am the scripted model").contains("before you install one");
    }

    @Test
    void answersInOneObjectWhereNoStreamIsWanted() throws Exception {
        JsonNode answer = Caller.json(
                caller.post(WHOLE, question("Who are you?", ",\"generationConfig\":{\"maxOutputTokens\":3}"))
                        .body());

        assertThat(answer.at("/candidates/0/content/parts/0/text").asText()).isEqualTo("I am the");
        assertThat(answer.at("/candidates/0/finishReason").asText()).isEqualTo("MAX_TOKENS");
    }

    @Test
    void callsAToolAndThenTellsItsResult() throws Exception {
        String tools = ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"clock\",\"parametersJsonSchema\":"
                + "{\"type\":\"object\",\"properties\":{\"tz\":{\"type\":\"string\"}}}}]}]";

        List<JsonNode> events = Caller.events(caller.post(EVENTS, question("What says the clock in Tokyo?", tools))
                .body());
        String answer = caller.post(WHOLE, """
                        {"contents":[{"role":"user","parts":[{"text":"The clock?"}]},
                          {"role":"model","parts":[{"functionCall":{"name":"clock","args":{}}}]},
                          {"role":"user","parts":[{"functionResponse":{"name":"clock","response":{"output":"12:00"}}}]}]}""").body();

        JsonNode part = events.get(0).at("/candidates/0/content/parts/0");
        assertThat(part.at("/functionCall/name").asText()).isEqualTo("clock");
        assertThat(part.at("/functionCall/args").toString()).isEqualTo("{\"tz\":\"Tokyo\"}");
        assertThat(part.has("thoughtSignature")).isTrue();
        assertThat(events.get(1).at("/candidates/0/finishReason").asText()).isEqualTo("STOP");
        assertThat(answer).contains("The tool clock says: 12:00");
    }

    @Test
    void writesJsonWhereItIsAskedTo() throws Exception {
        String format = ",\"generationConfig\":{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":"
                + "{\"type\":\"object\",\"properties\":{\"sure\":{\"type\":\"boolean\"}}}}";

        JsonNode answer =
                Caller.json(caller.post(WHOLE, question("Hello", format)).body());

        assertThat(answer.at("/candidates/0/content/parts/0/text").asText()).isEqualTo("{\"sure\":true}");
    }

    @Test
    void refusesInGooglesShape() throws Exception {
        HttpResponse<String> missing =
                caller.post("/v1beta/models/nope:streamGenerateContent?alt=sse", question("Hello", ""));
        HttpResponse<String> empty = caller.post(EVENTS, "{}");

        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(Caller.json(missing.body()).toString())
                .isEqualTo(
                        "{\"error\":{\"code\":404,\"message\":\"model 'nope' not found\",\"status\":\"NOT_FOUND\"}}");
        assertThat(empty.statusCode()).isEqualTo(400);
        assertThat(Caller.json(empty.body()).at("/error/status").asText()).isEqualTo("INVALID_ARGUMENT");
        assertThat(caller.send("GET", "/v1beta/models/scripted:streamGenerateContent")
                        .statusCode())
                .isEqualTo(405);
        assertThat(caller.post("/v1beta/models/scripted:embedContent", "{}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void writesAnErrorBetweenTheEventsOverSeveralLines() throws Exception {
        model.next(new Fault.ErrorLine(1, "ordered"));

        String body = caller.post(EVENTS, question("Hello", "")).body();

        assertThat(body).contains("}\r\n\r\n{\n  \"error\" : {\n").contains("\"message\" : \"ordered\"");
    }

    @Test
    void listsItsModels() throws Exception {
        JsonNode list =
                Caller.json(caller.send("GET", "/v1beta/models?pageSize=1000").body());

        assertThat(list.at("/models/0/name").asText()).isEqualTo("models/scripted");
        assertThat(list.at("/models/0/supportedGenerationMethods").toString()).isEqualTo("[\"generateContent\"]");
        assertThat(model.calls().get(0).query()).isEqualTo("pageSize=1000");
    }

    private static String question(String text, String more) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + text + "\"}]}]" + more + "}";
    }

    private static String text(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(object -> object.at("/candidates/0/content/parts/0/text").asText())
                .collect(Collectors.joining());
    }
}
