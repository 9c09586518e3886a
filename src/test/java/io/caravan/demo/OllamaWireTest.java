package io.caravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaWireTest {

    private static final String WEATHER = """
            "tools":[{"type":"function","function":{"name":"get_weather","description":"The weather of a city",
              "parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}}}}}]
            """;

    private final ScriptedModel model = ScriptedModel.builder()
            .pace(Pace.AT_ONCE)
            .models(
                    Model.named("scripted"),
                    new Model("scripted-thinker", true, true),
                    new Model("chain", false, false))
            .start();
    private final Caller caller = new Caller(model);

    @AfterEach
    void stop() {
        model.close();
    }

    @Test
    void streamsALinePerWordAsARealServerDoes() throws Exception {
        HttpResponse<String> response = caller.post("/api/chat", Caller.question("Why is the sky blue?"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/x-ndjson");
        assertThat(response.headers().firstValue("transfer-encoding")).contains("chunked");
        assertThat(response.body()).endsWith("}\n");
        List<JsonNode> lines = Caller.lines(response.body());
        JsonNode second = lines.get(1);
        assertThat(fields(second)).containsExactly("model", "created_at", "message", "done");
        assertThat(fields(second.path("message"))).containsExactly("role", "content");
        assertThat(second.path("message").path("content").asText()).isEqualTo(" is");
        JsonNode last = lines.get(lines.size() - 1);
        assertThat(fields(last))
                .containsExactly(
                        "model",
                        "created_at",
                        "message",
                        "done",
                        "done_reason",
                        "total_duration",
                        "load_duration",
                        "prompt_eval_count",
                        "prompt_eval_duration",
                        "eval_count",
                        "eval_duration");
        assertThat(last.path("done_reason").asText()).isEqualTo("stop");
        assertThat(text(lines)).startsWith("Sunlight is a mixture").contains("no language model behind it");
    }

    @Test
    void answersInOneObjectWhenNoStreamIsWanted() throws Exception {
        HttpResponse<String> response =
                caller.post("/api/chat", Caller.question("Hello there").replaceFirst("\\{", "{\"stream\":false,"));

        assertThat(response.headers().firstValue("content-type")).contains("application/json; charset=utf-8");
        JsonNode answer = Caller.json(response.body());
        assertThat(answer.path("done").asBoolean()).isTrue();
        assertThat(answer.path("message").path("content").asText()).contains("“Hello there”", "scripted model");
    }

    @Test
    void generatesWithTheContextOnTheLastLine() throws Exception {
        List<JsonNode> lines = Caller.lines(caller.post(
                        "/api/generate", "{\"model\":\"scripted\",\"prompt\":\"hi\",\"options\":{\"num_predict\":5}}")
                .body());

        assertThat(lines).hasSize(6);
        assertThat(fields(lines.get(0))).containsExactly("model", "created_at", "response", "done");
        assertThat(lines.get(5).path("done_reason").asText()).isEqualTo("length");
        assertThat(lines.get(5).path("context")).hasSize(6);
    }

    @Test
    void callsAToolThePromptAsksForAndThenTellsItsResult() throws Exception {
        String asked = "{\"role\":\"user\",\"content\":\"The weather in Paris for 3 days?\"}";
        List<JsonNode> calls = Caller.lines(
                caller.post("/api/chat", "{\"model\":\"scripted\",\"messages\":[" + asked + "]," + WEATHER + "}")
                        .body());
        JsonNode said = calls.get(0).path("message");
        String result = "{\"role\":\"tool\",\"tool_name\":\"get_weather\",\"content\":\"Sunny, 21 degrees\"}";
        List<JsonNode> answer = Caller.lines(caller.post(
                        "/api/chat",
                        "{\"model\":\"scripted\",\"messages\":[" + asked + "," + said + "," + result + "]," + WEATHER
                                + "}")
                .body());

        JsonNode call = said.path("tool_calls").get(0);
        assertThat(calls).hasSize(2);
        assertThat(calls.get(1).path("done_reason").asText()).isEqualTo("stop");
        assertThat(call.path("id").asText()).matches("call_[0-9a-z]{8}");
        assertThat(fields(call.path("function"))).containsExactly("index", "name", "arguments");
        assertThat(call.path("function").path("arguments").toString()).isEqualTo("{\"city\":\"Paris\",\"days\":3}");
        assertThat(text(answer)).startsWith("The tool get_weather says: Sunny, 21 degrees");
    }

    @Test
    void leavesToolsAloneThatThePromptDoesNotAskFor() throws Exception {
        String request = Caller.question("Why is the sky blue?");

        HttpResponse<String> response =
                caller.post("/api/chat", request.substring(0, request.length() - 1) + "," + WEATHER + "}");

        assertThat(response.body()).doesNotContain("tool_calls");
        assertThat(text(Caller.lines(response.body()))).startsWith("Sunlight");
    }

    @Test
    void goesOnWhereTheQuestionEndsWithTheBeginningOfTheAnswer() throws Exception {
        String whole = text(Caller.lines(
                caller.post("/api/chat", Caller.question("Tell me of Caravan")).body()));
        String beginning = whole.substring(0, 25);

        String rest = text(Caller.lines(caller.post(
                        "/api/chat",
                        "{\"model\":\"scripted\",\"messages\":[{\"role\":\"user\",\"content\":\"Tell me of Caravan\"},"
                                + "{\"role\":\"assistant\",\"content\":\"" + beginning + "\"}]}")
                .body()));

        assertThat(beginning + rest).isEqualTo(whole);
    }

    @Test
    void thinksFirstWhereTheModelCanUnlessToldNotTo() throws Exception {
        String request = Caller.question("Hello").replace("\"scripted\"", "\"scripted-thinker\"");

        List<JsonNode> thinking = Caller.lines(caller.post("/api/chat", request).body());
        String silent = caller.post("/api/chat", request.replaceFirst("\\{", "{\"think\":false,"))
                .body();

        assertThat(thinking.get(0).path("message").path("thinking").asText()).isEqualTo("Let");
        assertThat(thinking.get(0).path("message").path("content").asText()).isEmpty();
        assertThat(silent).doesNotContain("\"thinking\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"json\"",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"},\"b\":{\"enum\":[\"x\",\"y\"]}}}"
            })
    void answersInJsonWhenAskedTo(String format) throws Exception {
        String body = caller.post(
                        "/api/chat", Caller.question("Hello").replaceFirst("\\{", "{\"format\":" + format + ","))
                .body();

        JsonNode answer = Caller.json(text(Caller.lines(body)));
        assertThat(fields(answer)).isIn(List.of("answer", "source"), List.of("a", "b"));
    }

    @ParameterizedTest
    @CsvSource({"'', load", "',\"keep_alive\":0', unload"})
    void loadsAndUnloadsWithoutAMessage(String more, String reason) throws Exception {
        HttpResponse<String> response = caller.post("/api/chat", "{\"model\":\"chain\",\"messages\":[]" + more + "}");

        assertThat(response.headers().firstValue("content-type")).contains("application/json; charset=utf-8");
        assertThat(response.body()).endsWith("\"done\":true,\"done_reason\":\"" + reason + "\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/chat | {\"model\": | 400 | {\"error\":\"unexpected EOF\"}",
                "/api/chat | {\"messages\":[]} | 400 | {\"error\":\"model is required\"}",
                "/api/chat | {\"model\":\"nope\"} | 404 | {\"error\":\"model 'nope' not found\"}",
                "/api/generate | {} | 404 | {\"error\":\"model '' not found\"}",
                "/api/chat | {\"model\":\"chain\",\"think\":true} | 400"
                        + " | {\"error\":\"\\\"chain\\\" does not support thinking\"}",
                "/api/chat | {\"model\":\"chain\",\"tools\":[{}]} | 400"
                        + " | {\"error\":\"registry.ollama.ai/library/chain:latest does not support tools\"}",
            })
    void refusesWhatARealServerRefuses(String path, String request, int status, String error) throws Exception {
        HttpResponse<String> response = caller.post(path, request);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(error);
        assertThat(response.headers().firstValue("content-type")).contains("application/json; charset=utf-8");
    }

    @Test
    void refusesToolArgumentsThatAreNoObject() throws Exception {
        HttpResponse<String> response = caller.post(
                "/api/chat",
                "{\"model\":\"scripted\",\"messages\":[{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":"
                        + "[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}]}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("tool_calls.function.arguments");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRIPTED", "scripted:latest", "registry.ollama.ai/library/Scripted"})
    void knowsAModelByAnyFormOfItsNameAndEchoesTheForm(String name) throws Exception {
        String body = caller.post("/api/chat", Caller.question("Hello").replace("\"scripted\"", "\"" + name + "\""))
                .body();

        assertThat(Caller.lines(body).get(0).path("model").asText()).isEqualTo(name);
    }

    @Test
    void listsItsModels() throws Exception {
        JsonNode tags = Caller.json(caller.send("GET", "/api/tags").body()).path("models");
        JsonNode running = Caller.json(caller.send("GET", "/api/ps").body()).path("models");
        JsonNode shown = Caller.json(
                caller.post("/api/show", "{\"model\":\"scripted-thinker\"}").body());

        assertThat(tags).hasSize(3);
        assertThat(fields(tags.get(0)))
                .containsExactly("name", "model", "modified_at", "size", "digest", "details", "capabilities");
        assertThat(tags.get(2).path("name").asText()).isEqualTo("chain:latest");
        assertThat(tags.get(2).path("capabilities").toString()).isEqualTo("[\"completion\"]");
        assertThat(fields(running.get(0))).contains("expires_at", "size_vram", "context_length");
        assertThat(shown.path("capabilities").toString()).isEqualTo("[\"completion\",\"tools\",\"thinking\"]");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/version, 200, {\"version\":\"0.0.0-scripted\"}",
        "HEAD, /api/version, 200, ''",
        "GET, /api/nothing, 404, 404 page not found",
        "GET, /api/chat, 405, 405 method not allowed"
    })
    void answersTheSmallerRequests(String method, String path, int status, String body) throws Exception {
        HttpResponse<String> response = caller.send(method, path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(body);
    }

    @Test
    void saysOnItsFrontPageWhatItIs() throws Exception {
        assertThat(caller.send("GET", "/").body()).contains("scripted model is running", "no language model");
    }

    private static String text(List<JsonNode> lines) {
        return lines.stream()
                .map(line -> line.path("message").path("content").asText())
                .collect(Collectors.joining());
    }

    private static List<String> fields(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
