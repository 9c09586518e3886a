package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.chat.ChatEvent.ToolResult;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.chat.Tool;
import io.caravan.demo.Model;
import io.caravan.demo.Pace;
import io.caravan.demo.Question;
import io.caravan.demo.Question.Said;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.ToolCall;
import io.caravan.demo.Words;
import io.caravan.dialect.anthropic.Anthropic;
import io.caravan.dialect.gemini.Gemini;
import io.caravan.dialect.ollama.Ollama;
import io.caravan.dialect.openai.OpenAi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A conversation in which the model calls two tools in one turn, the same in each format. */
class TwoToolsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private enum Format {
        OLLAMA("/api/chat"),
        OPENAI("/v1/chat/completions"),
        ANTHROPIC("/v1/messages"),
        GEMINI("/v1beta/models/" + MODEL + ":streamGenerateContent?alt=sse");

        private final String path;

        Format(String path) {
            this.path = path;
        }

        private Dialect dialect() {
            return switch (this) {
                case OLLAMA -> new Ollama();
                case OPENAI -> new OpenAi();
                case ANTHROPIC -> new Anthropic();
                case GEMINI -> new Gemini();
            };
        }
    }

    private static final String MODEL = "gemini-3-scripted";
    private static final List<Tool> TOOLS = List.of(
            new Tool("clock__now", "The time.", tree("{\"properties\":{\"tz\":{\"type\":\"string\"}}}")),
            new Tool("weather", "", tree("{\"anyOf\":[{\"properties\":{\"city\":{\"type\":\"string\"}}}]}")));

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScriptedModel model = ScriptedModel.builder()
            .models(new Model(MODEL, true, true))
            .script(TwoToolsTest::answer)
            .start();

    @AfterEach
    void stop() {
        model.close();
    }

    /** Two calls where tools may be called and none has answered; else all that the tools said. */
    private static Reply answer(Question question) {
        if (question.results().isEmpty() && !question.tools().isEmpty()) {
            return Reply.calling(
                            List.of(
                                    new ToolCall("c_1", "clock__now", tree("{\"tz\":\"Europe/Zürich\"}")),
                                    new ToolCall("c_2", "weather", tree("{}"))),
                            Pace.AT_ONCE)
                    .thinking(question.thinks() ? Words.of("Two things to look up.") : Words.NONE);
        }
        String said = question.said().stream()
                .filter(message -> message.role().equals("tool"))
                .map(TwoToolsTest::told)
                .collect(Collectors.joining(", "));
        return Reply.of(Words.of(said + " (" + question.tools().size() + " tools)"), Pace.AT_ONCE);
    }

    private static String told(Said result) {
        return result.tool() + ": " + result.text();
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void callsTwoToolsGetsBothResultsAndAnswers(Format format) throws Exception {
        ChatRequest question = ChatRequest.of("The time and the weather?").offering(TOOLS);

        Told calls = ask(format, question);
        Told answer = ask(format, question.followedBy(turn(calls)));

        assertThat(calls.reason()).isEqualTo("tool_calls");
        assertThat(calls.calls())
                .extracting(call -> call.name() + call.arguments())
                .containsExactly("clock__now{\"tz\":\"Europe/Zürich\"}", "weather{}");
        assertThat(answer.calls()).isEmpty();
        assertThat(answer.text()).isEqualTo("clock__now: 12:00, weather: no such city (2 tools)");
        assertThat(answer.reason()).isEqualTo("stop");
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void answersWithoutACallWhereNoneMayBeMadeAnyMore(Format format) throws Exception {
        ChatRequest question = ChatRequest.of("The time and the weather?").offering(TOOLS);
        Told calls = ask(format, question);

        Told last = ask(
                format,
                question.followedBy(turn(calls))
                        .followedBy(List.of(Message.user("So?")))
                        .withoutCalls());

        assertThat(last.calls()).isEmpty();
        assertThat(last.text()).isEqualTo("clock__now: 12:00, weather: no such city (0 tools)");
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void goesOnWithAConversationThatBeganElsewhere(Format format) throws Exception {
        for (Format elsewhere : Format.values()) {
            ChatRequest question = ChatRequest.of("The time and the weather?").offering(TOOLS);
            Told calls = ask(elsewhere, question);

            assertThat(ask(format, question.followedBy(turn(calls))).text())
                    .as("begun with %s", elsewhere)
                    .isEqualTo("clock__now: 12:00, weather: no such city (2 tools)");
        }
    }

    @Test
    void givesTheThinkingBackThatCameWithTheCalls() throws Exception {
        ChatRequest question = ChatRequest.of("The time and the weather?").offering(TOOLS);
        for (Format format : List.of(Format.ANTHROPIC, Format.GEMINI)) {
            ask(format, question.followedBy(turn(ask(format, question))));
        }

        assertThat(model.questions().get(1).json().at("/messages/1/content/0"))
                .isEqualTo(tree("{\"type\":\"thinking\",\"thinking\":\"Two things to look up.\","
                        + "\"signature\":\"c2NyaXB0ZWQ=\"}"));
        assertThat(model.questions().get(3).json().at("/contents/1/parts/0/thoughtSignature"))
                .hasToString("\"c2NyaXB0ZWQ=\"");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "OLLAMA, ollama-tools-stream, get_weather",
        "OPENAI, llama-tools-stream, 'get_weather,get_time,get_time'",
        "OPENAI, llama-tools, 'get_weather,get_time,get_time'",
        "OPENAI, ollama-v1-tools-stream, get_weather"
    })
    void answersEachCallOfARecordedTurnByItsId(Format format, String recording, String names) {
        Capture capture = Capture.of(recording);

        Told told = Told.by(format.dialect().decode(new ByteArrayInputStream(capture.body()), capture.contentType()));
        JsonNode messages = tree(new String(
                        format.dialect().encode(ChatRequest.of("hi").followedBy(turn(told)), "m"), UTF_8))
                .path("messages");

        assertThat(told.calls().stream().map(call -> call.name())).containsExactly(names.split(","));
        JsonNode calls = messages.at("/1/tool_calls");
        assertThat(calls).hasSameSizeAs(told.calls());
        for (int i = 0; i < calls.size(); i++) {
            assertThat(messages.at("/" + (2 + i) + "/tool_call_id"))
                    .isEqualTo(calls.get(i).path("id"));
        }
    }

    @Test
    void sendsTheConversationThatARecordedServerTook() {
        Message call = Message.calling(
                "",
                List.of(new io.caravan.chat.ChatEvent.ToolCall("c1", "get_weather", tree("{\"city\":\"x\"}"))),
                Optional.empty());
        ChatRequest request = ChatRequest.of("hi")
                .followedBy(List.of(call, Message.result(new ToolResult("c1", "get_weather", "sunny", false))))
                .offering(List.of(
                        new Tool(
                                "get_weather",
                                "w",
                                tree("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\","
                                        + "\"maxLength\":16}},\"required\":[\"city\"]}")),
                        new Tool("get_time", "", tree("{}"))));

        String sent = new String(new OpenAi().encode(request, "m"), UTF_8);

        String recorded = Capture.command("llama-tools-roundtrip-stream");
        assertThat(tree(sent).path("messages")).isEqualTo(tree(recorded).path("messages"));
        assertThat(tree(sent).path("tools")).isEqualTo(tree(recorded).path("tools"));
    }

    /** The calls of an answer, and their results: the first is fine, the others are not. */
    private static List<Message> turn(Told told) {
        List<Message> turn = new ArrayList<>();
        turn.add(Message.calling(
                told.text(), told.calls(), told.finish().orElseThrow().kept()));
        for (var call : told.calls()) {
            boolean first = turn.size() == 1;
            turn.add(Message.result(
                    new ToolResult(call.callId(), call.name(), first ? "12:00" : "no such city", !first)));
        }
        return turn;
    }

    private Told ask(Format format, ChatRequest request) throws IOException, InterruptedException {
        HttpRequest.Builder post = HttpRequest.newBuilder(model.url().resolve(format.path))
                .POST(BodyPublishers.ofByteArray(format.dialect().encode(request, MODEL)));
        format.dialect().headers(Optional.empty()).forEach(post::header);
        HttpResponse<InputStream> response = http.send(post.build(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new AssertionError(new String(response.body().readAllBytes(), UTF_8));
        }
        String type = response.headers().firstValue("content-type").orElse("");
        return Told.by(format.dialect().decode(response.body(), type));
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
