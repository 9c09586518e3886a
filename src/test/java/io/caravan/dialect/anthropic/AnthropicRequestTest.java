package io.caravan.dialect.anthropic;

import static io.caravan.dialect.Requests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.chat.Message.Role;
import io.caravan.chat.Options;
import io.caravan.dialect.Dialect;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicRequestTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Dialect anthropic = new Anthropic();

    @Test
    void asksForNothingTheRequestDoesNotHaveButTheLongestAnswer() {
        assertThat(text(ChatRequest.of("Hi")))
                .isEqualTo("{\"model\":\"m\",\"max_tokens\":4096,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true}");
    }

    @Test
    void namesTheOptionsAsTheFormatDoesAndLeavesTheSeedOut() {
        Options options = new Options(
                OptionalDouble.of(0.5),
                OptionalDouble.of(0.9),
                OptionalInt.of(20),
                List.of("END", "\n"),
                OptionalLong.of(42));

        assertThat(text(request(List.of(Message.user("Hi")), null, options, null)))
                .isEqualTo("{\"model\":\"m\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                        + "\"stream\":true,\"temperature\":0.5,\"top_p\":0.9,\"stop_sequences\":[\"END\",\"\\n\"]}");
    }

    @Test
    void saysWhatTheSystemSaysApartFromTheMessages() {
        JsonNode body = json(request(
                List.of(Message.user("Hi"), Message.system("Be kind."), Message.assistant("Ho")),
                "Be brief.",
                Options.NONE,
                null));

        assertThat(body.path("system").textValue()).isEqualTo("Be brief.\n\nBe kind.");
        assertThat(body.path("messages"))
                .hasToString("[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"Ho\"}]");
    }

    @Test
    void putsAllResultsOfATurnIntoOneMessageBeforeAnyText() {
        Message calls = new Message(
                Role.ASSISTANT,
                "Wait",
                List.of(new ToolCall("t1", "now", tree("{\"tz\":\"UTC\"}")), new ToolCall("t2", "now", tree("{}"))),
                Optional.empty());

        assertThat(messages(Message.user("time?"), calls, result("t1", "12:00"), result("t2", "13:00"), user("Well?")))
                .hasToString("[{\"role\":\"user\",\"content\":\"time?\"},"
                        + "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Wait\"},"
                        + "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"now\",\"input\":{\"tz\":\"UTC\"}},"
                        + "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"now\",\"input\":{}}]},"
                        + "{\"role\":\"user\",\"content\":["
                        + "{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"12:00\"},"
                        + "{\"type\":\"tool_result\",\"tool_use_id\":\"t2\",\"content\":\"13:00\"},"
                        + "{\"type\":\"text\",\"text\":\"Well?\"}]}]");
    }

    @Test
    void keepsTheResultsOfTwoTurnsApart() {
        JsonNode messages = messages(
                Message.user("a"),
                call("t1", tree("{}")),
                result("t1", "1"),
                call("t2", tree("{}")),
                result("t2", "2"));

        assertThat(messages).hasSize(5);
        assertThat(messages.at("/2/content")).hasSize(1);
        assertThat(messages.at("/4/content/0/tool_use_id").textValue()).isEqualTo("t2");
    }

    @Test
    void saysNoEmptyTextBesideACallAndSendsBrokenArgumentsBackAsNone() {
        JsonNode messages = messages(Message.user("a"), call("t1", TextNode.valueOf("{\"tz\":")), result("t1", ""));

        assertThat(messages.at("/1/content"))
                .hasToString("[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"now\",\"input\":{}}]");
        assertThat(messages.at("/2/content/0/content").textValue()).isEmpty();
    }

    @Test
    void letsTheSidesTakeTurns() {
        assertThat(messages(user("a"), user("b"), Message.assistant("c"), Message.assistant("d")))
                .hasToString("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                        + "{\"type\":\"text\",\"text\":\"b\"}]},"
                        + "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"c\"},"
                        + "{\"type\":\"text\",\"text\":\"d\"}]}]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"}}}"
                        + "|{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"}},\"additionalProperties\":false}",
                "{\"properties\":{\"a\":{\"items\":{\"properties\":{}}}}}"
                        + "|{\"properties\":{\"a\":{\"items\":{\"properties\":{},\"additionalProperties\":false}}},"
                        + "\"additionalProperties\":false}",
                "{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"properties\":{}}}}"
                        + "|{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"properties\":{},\"additionalProperties\":false}}}",
                "{\"anyOf\":[{\"properties\":{}},{\"type\":\"null\"}]}"
                        + "|{\"anyOf\":[{\"properties\":{},\"additionalProperties\":false},{\"type\":\"null\"}]}",
                "{\"properties\":{},\"anyOf\":[{\"properties\":{\"a\":{}}}]}"
                        + "|{\"properties\":{},\"anyOf\":[{\"properties\":{\"a\":{}}}]}",
                "{\"allOf\":[{\"properties\":{}},{\"properties\":{}}]}"
                        + "|{\"allOf\":[{\"properties\":{}},{\"properties\":{}}]}",
                "{\"properties\":{},\"additionalProperties\":true}|{\"properties\":{},\"additionalProperties\":true}",
                "{\"type\":\"object\"}|{\"type\":\"object\"}"
            })
    void asksForJsonThatFitsASchemaClosedWhereThatForbidsNothing(String schema, String sent) {
        ChatRequest request = request(List.of(Message.user("Hi")), null, Options.NONE, tree(schema));

        assertThat(json(request).path("output_config"))
                .hasToString("{\"format\":{\"type\":\"json_schema\",\"schema\":" + sent + "}}");
        assertThat(request.format().map(JsonNode::toString)).contains(schema);
    }

    @Test
    void refusesToAskForJsonOfNoForm() {
        ChatRequest request = request(List.of(Message.user("Hi")), null, Options.NONE, TextNode.valueOf("json"));

        assertThatThrownBy(() -> anthropic.encode(request, "m"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("JSON Schema")
                .extracting(e -> ((RejectedException) e).code())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void writesAnyTextAsValidJsonInUtf8() {
        String text = "\u0000\u0001\"\\\n\u2028\u2029é你\ud83d\ude00";

        assertThat(messages(user(text)).at("/0/content").textValue()).isEqualTo(text);
        assertThat(messages(user("a\ud83d b")).at("/0/content").textValue()).isEqualTo("a\uFFFD b");
        assertThat(messages(user("ä".repeat(1_000_000))).at("/0/content").textValue())
                .hasSize(1_000_000);
    }

    private static Message user(String text) {
        return Message.user(text);
    }

    private static Message call(String id, JsonNode arguments) {
        return new Message(Role.ASSISTANT, "", List.of(new ToolCall(id, "now", arguments)), Optional.empty());
    }

    private static Message result(String id, String content) {
        return new Message(Role.TOOL, content, List.of(), Optional.of(id));
    }

    private JsonNode messages(Message... messages) {
        return json(request(List.of(messages), null, Options.NONE, null)).path("messages");
    }

    private JsonNode json(ChatRequest request) {
        return tree(text(request));
    }

    private String text(ChatRequest request) {
        return new String(anthropic.encode(request, "m"), UTF_8);
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
