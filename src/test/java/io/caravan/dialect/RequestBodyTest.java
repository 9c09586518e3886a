package io.caravan.dialect;

import static io.caravan.dialect.Requests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.chat.Message.Role;
import io.caravan.chat.Options;
import io.caravan.dialect.gemini.Gemini;
import io.caravan.dialect.ollama.Ollama;
import io.caravan.dialect.openai.OpenAi;
import io.caravan.settings.StreamOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestBodyTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Dialect ollama = new Ollama();
    private final Dialect openAi = new OpenAi();
    private final Dialect gemini = new Gemini();

    @Test
    void asksOllamaForNothingTheRequestDoesNotHave() {
        assertThat(text(ollama, ChatRequest.of("Hi")))
                .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true}");
    }

    @Test
    void asksOpenAiForNothingTheRequestDoesNotHaveButUsage() {
        assertThat(text(openAi, ChatRequest.of("Hi")))
                .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true,"
                        + "\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void doesNotAskAServerForUsageThatRefusesToBeAsked() {
        assertThat(text(new OpenAi(StreamOptions.NONE), ChatRequest.of("Hi")))
                .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true}");
    }

    @Test
    void asksGeminiForNothingTheRequestDoesNotHave() {
        assertThat(text(gemini, ChatRequest.of("Hi")))
                .isEqualTo("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}");
    }

    @Test
    void tellsGeminiTheSystemMessagesAsItsInstruction() {
        ChatRequest request = request(
                List.of(
                        Message.system("In German."),
                        Message.user("Hi"),
                        Message.assistant("Ho"),
                        Message.system("No jokes."),
                        Message.user("Hey")),
                "Be brief.",
                Options.NONE,
                null);

        assertThat(text(gemini, request))
                .isEqualTo("{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"},{\"text\":\"In German.\"},"
                        + "{\"text\":\"No jokes.\"}]},\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]},"
                        + "{\"role\":\"model\",\"parts\":[{\"text\":\"Ho\"}]},"
                        + "{\"role\":\"user\",\"parts\":[{\"text\":\"Hey\"}]}]}");
    }

    @Test
    void tellsGeminiOfCallsByTheirNameAndOfAllResultsInOneTurn() {
        Message calls = new Message(
                Role.ASSISTANT,
                "Wait.",
                List.of(
                        new ToolCall("c1", "now", tree("{\"tz\":\"UTC\"}")),
                        new ToolCall("c2", "weather", TextNode.valueOf("{\"ci"))),
                Optional.empty());
        ChatRequest request = request(
                List.of(
                        Message.user("Hi"),
                        calls,
                        new Message(Role.TOOL, "12:00", List.of(), Optional.of("c1")),
                        new Message(Role.TOOL, "rain", List.of(), Optional.of("c2")),
                        Message.user("So?")),
                null,
                Options.NONE,
                null);

        assertThat(json(gemini, request).path("contents")).isEqualTo(tree("""
                [{"role":"user","parts":[{"text":"Hi"}]},
                 {"role":"model","parts":[{"text":"Wait."},
                   {"functionCall":{"id":"c1","name":"now","args":{"tz":"UTC"}}},
                   {"functionCall":{"id":"c2","name":"weather"}}]},
                 {"role":"user","parts":[
                   {"functionResponse":{"id":"c1","name":"now","response":{"output":"12:00"}}},
                   {"functionResponse":{"id":"c2","name":"weather","response":{"output":"rain"}}}]},
                 {"role":"user","parts":[{"text":"So?"}]}]"""));
    }

    @Test
    void endsWithAToolsResultForGemini() {
        assertThat(json(gemini, withCall(tree("{}"), "")).path("contents")).isEqualTo(tree("""
                [{"role":"model","parts":[{"functionCall":{"id":"call_1","name":"now","args":{}}}]},
                 {"role":"user","parts":[
                   {"functionResponse":{"id":"call_1","name":"now","response":{"output":"12:00"}}}]}]"""));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "gemini-3-pro-preview, true",
        "models/gemini-3.8-flash, true",
        "gemini-flash-latest, true",
        "gemini-12-pro, true",
        "gemini-2.5-flash, false",
        "gemini-1.5-pro, false",
        "gemma-3-27b-it, false"
    })
    void saysThatItHasNoSignatureOnlyWhereOneIsWanted(String model, boolean said) throws IOException {
        JsonNode body = MAPPER.readTree(gemini.encode(withCall(tree("{}"), ""), model));

        assertThat(body.at("/contents/0/parts/0").has("thoughtSignature")).isEqualTo(said);
    }

    @Test
    void asksGeminiForJsonAndGivesItTheSchemaAsItIs() {
        String schema =
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"}},\"additionalProperties\":false}";
        ChatRequest fits = request(List.of(Message.user("Hi")), null, Options.NONE, tree(schema));
        ChatRequest any = request(List.of(Message.user("Hi")), null, Options.NONE, TextNode.valueOf("json"));

        assertThat(json(gemini, any).path("generationConfig"))
                .hasToString("{\"responseMimeType\":\"application/json\"}");
        assertThat(json(gemini, fits).path("generationConfig"))
                .hasToString("{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":" + schema + "}");
    }

    @Test
    void alwaysStreamsThoughTheCallerWantsOneText() {
        ChatRequest whole = new ChatRequest(
                Optional.empty(),
                Optional.empty(),
                List.of(Message.user("Hi")),
                Options.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);

        assertThat(json(ollama, whole).path("stream").booleanValue()).isTrue();
        assertThat(json(openAi, whole).path("stream").booleanValue()).isTrue();
    }

    @Test
    void putsTheSystemPromptFirst() {
        ChatRequest request =
                request(List.of(Message.user("Hi"), Message.assistant("Ho")), "Be brief.", Options.NONE, null);

        for (Dialect dialect : List.of(ollama, openAi)) {
            assertThat(json(dialect, request).path("messages"))
                    .hasToString(
                            "[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hi\"},"
                                    + "{\"role\":\"assistant\",\"content\":\"Ho\"}]");
        }
    }

    @Test
    void namesTheOptionsAsEachFormatDoes() {
        Options options = new Options(
                OptionalDouble.of(0.5),
                OptionalDouble.of(0.9),
                OptionalInt.of(20),
                List.of("END", "\n"),
                OptionalLong.of(42));
        ChatRequest request = request(List.of(Message.user("Hi")), null, options, null);

        assertThat(json(ollama, request).path("options"))
                .hasToString(
                        "{\"temperature\":0.5,\"top_p\":0.9,\"num_predict\":20,\"stop\":[\"END\",\"\\n\"],\"seed\":42}");
        assertThat(text(openAi, request))
                .endsWith(
                        "\"temperature\":0.5,\"top_p\":0.9,\"max_tokens\":20,\"stop\":[\"END\",\"\\n\"],\"seed\":42}");
        assertThat(json(gemini, request).path("generationConfig"))
                .hasToString("{\"temperature\":0.5,\"topP\":0.9,\"maxOutputTokens\":20,"
                        + "\"stopSequences\":[\"END\",\"\\n\"],\"seed\":42}");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "llama3.2, max_tokens",
        "gpt-4o, max_tokens",
        "gpt-oss:20b, max_tokens",
        "olmo2, max_tokens",
        "o1-like-model, max_completion_tokens",
        "o3, max_completion_tokens",
        "gpt-5, max_completion_tokens",
        "openai/gpt-5.1-mini, max_completion_tokens"
    })
    void asksOnlyOpenAisReasoningModelsForCompletionTokens(String model, String field) throws IOException {
        Options options = new Options(
                OptionalDouble.empty(), OptionalDouble.empty(), OptionalInt.of(20), List.of(), OptionalLong.empty());
        ChatRequest request = request(List.of(Message.user("Hi")), null, options, null);

        JsonNode body = MAPPER.readTree(openAi.encode(request, model));

        assertThat(body.path(field).intValue()).isEqualTo(20);
    }

    @Test
    void asksForJson() {
        ChatRequest request = request(List.of(Message.user("Hi")), null, Options.NONE, TextNode.valueOf("json"));

        assertThat(json(ollama, request).path("format")).hasToString("\"json\"");
        assertThat(json(openAi, request).path("response_format")).hasToString("{\"type\":\"json_object\"}");
    }

    @Test
    void asksForJsonThatFitsASchema() {
        String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"}}}";
        ChatRequest request = request(List.of(Message.user("Hi")), null, Options.NONE, tree(schema));

        assertThat(json(ollama, request).path("format")).hasToString(schema);
        assertThat(json(openAi, request).path("response_format"))
                .hasToString(
                        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"schema\":" + schema + "}}");
    }

    @Test
    void tellsOllamaOfCallsAsObjectsAndOfResultsByName() {
        assertThat(json(ollama, withCall(tree("{\"tz\":\"UTC\"}"), "")).path("messages"))
                .hasToString(
                        "[{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"call_1\",\"function\":"
                                + "{\"name\":\"now\",\"arguments\":{\"tz\":\"UTC\"}}}]},"
                                + "{\"role\":\"tool\",\"content\":\"12:00\",\"tool_call_id\":\"call_1\",\"tool_name\":\"now\"}]");
    }

    @Test
    void tellsOpenAiOfCallsAsTextsAndOfResultsById() {
        assertThat(json(openAi, withCall(tree("{\"tz\":\"UTC\"}"), "")).path("messages"))
                .hasToString("[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":"
                        + "\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"{\\\"tz\\\":\\\"UTC\\\"}\"}}]},"
                        + "{\"role\":\"tool\",\"content\":\"12:00\",\"tool_call_id\":\"call_1\"}]");
        assertThat(json(openAi, withCall(tree("{}"), "Wait")).at("/messages/0/content"))
                .hasToString("\"Wait\"");
    }

    @Test
    void sendsBrokenArgumentsBackToOpenAiAsTheyWereAndToOllamaAsNone() {
        ChatRequest request = withCall(TextNode.valueOf("{\"tz\":"), "");

        assertThat(json(openAi, request)
                        .at("/messages/0/tool_calls/0/function/arguments")
                        .textValue())
                .isEqualTo("{\"tz\":");
        assertThat(json(ollama, request).at("/messages/0/tool_calls/0/function/arguments"))
                .hasToString("{}");
    }

    @Test
    void writesAnyTextAsValidJsonInUtf8() {
        String text = "\u0000\u0001\"\\\n\u2028\u2029é你\ud83d\ude00";
        String halves = "a\ud83d b\ude00";

        for (Dialect dialect : List.of(ollama, openAi, gemini)) {
            assertThat(content(dialect, text)).isEqualTo(text);
            assertThat(content(dialect, halves)).isEqualTo("a\uFFFD b\uFFFD");
            assertThat(content(dialect, halves.repeat(50_000))).isEqualTo("a\uFFFD b\uFFFD".repeat(50_000));
            assertThat(content(dialect, "x" + "\ud83d\ude00".repeat(50_000)))
                    .isEqualTo("x" + "\ud83d\ude00".repeat(50_000));
        }
    }

    @Test
    void writesAPromptOfAMillionCharacters() {
        String text = "ä".repeat(1_000_000);

        assertThat(content(ollama, text)).isEqualTo(text);
        assertThat(content(openAi, text)).isEqualTo(text);
    }

    private static ChatRequest withCall(JsonNode arguments, String said) {
        Message call =
                new Message(Role.ASSISTANT, said, List.of(new ToolCall("call_1", "now", arguments)), Optional.empty());
        Message result = new Message(Role.TOOL, "12:00", List.of(), Optional.of("call_1"));
        return request(List.of(call, result), null, Options.NONE, null);
    }

    private static String content(Dialect dialect, String text) {
        String at = dialect instanceof Gemini ? "/contents/0/parts/0/text" : "/messages/0/content";
        return json(dialect, ChatRequest.of(text)).at(at).textValue();
    }

    private static JsonNode json(Dialect dialect, ChatRequest request) {
        return tree(text(dialect, request));
    }

    /** Refuses bytes that are not UTF-8. */
    private static String text(Dialect dialect, ChatRequest request) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(dialect.encode(request, "m")))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
