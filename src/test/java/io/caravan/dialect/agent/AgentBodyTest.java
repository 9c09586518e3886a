package io.caravan.dialect.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.chat.Message.Role;
import io.caravan.chat.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent is sent. */
class AgentBodyTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final ChatRequest EVERYTHING = new ChatRequest(
            Optional.empty(),
            Optional.of("Be brief."),
            List.of(
                    Message.user("Time?"),
                    new Message(
                            Role.ASSISTANT,
                            "",
                            List.of(new ToolCall(
                                    "c1", "now", MAPPER.createObjectNode().put("tz", "UTC"))),
                            Optional.empty()),
                    new Message(Role.TOOL, "12:00", List.of(), Optional.of("c1")),
                    Message.assistant("Noon."),
                    Message.user("Sure?")),
            new Options(
                    OptionalDouble.of(0.5), OptionalDouble.empty(), OptionalInt.of(9), List.of(), OptionalLong.empty()),
            Optional.of(JsonNodeFactory.instance.textNode("json")),
            Optional.empty(),
            Optional.of("s1"),
            true);

    @Test
    void asksForNothingTheRequestDoesNotHave() {
        assertThat(body("request=plain", ChatRequest.of("Hi")))
                .hasToString("{\"prompt\":\"Hi\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
    }

    @Test
    void sendsAPlainBodyWithAllThereIs() {
        assertThat(body("request=plain", EVERYTHING, "small")).isEqualTo(json("""
                        {"prompt":"Sure?",
                         "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Time?"},
                           {"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function",
                             "function":{"name":"now","arguments":"{\\"tz\\":\\"UTC\\"}"}}]},
                           {"role":"tool","content":"12:00","tool_call_id":"c1"},
                           {"role":"assistant","content":"Noon."},{"role":"user","content":"Sure?"}],
                         "conversation":"s1","model":"small","options":{"temperature":0.5,"max_tokens":9},
                         "format":"json"}"""));
    }

    @Test
    void sendsTheInputOfAnAgUiRun() {
        ObjectNode body = (ObjectNode) body("request=ag-ui", EVERYTHING, "small");

        assertThat(body.remove("runId").asText()).isNotEmpty();
        assertThat(body).isEqualTo(json("""
                {"threadId":"s1","state":{},
                 "messages":[{"id":"message-0","role":"system","content":"Be brief."},
                   {"id":"message-1","role":"user","content":"Time?"},
                   {"id":"message-2","role":"assistant","content":"","toolCalls":[{"id":"c1","type":"function",
                     "function":{"name":"now","arguments":"{\\"tz\\":\\"UTC\\"}"}}]},
                   {"id":"message-3","role":"tool","content":"12:00","toolCallId":"c1"},
                   {"id":"message-4","role":"assistant","content":"Noon."},
                   {"id":"message-5","role":"user","content":"Sure?"}],
                 "tools":[],"context":[],
                 "forwardedProps":{"model":"small","options":{"temperature":0.5,"max_tokens":9},"format":"json"}}"""));
    }

    @Test
    void sendsTheUiMessagesOfVercel() {
        assertThat(body("request=vercel", EVERYTHING)).isEqualTo(json("""
                {"trigger":"submit-message","id":"s1",
                 "messages":[{"id":"message-0","role":"system","parts":[{"type":"text","text":"Be brief."}]},
                   {"id":"message-1","role":"user","parts":[{"type":"text","text":"Time?"}]},
                   {"id":"message-2","role":"assistant","parts":[{"type":"dynamic-tool","toolName":"now",
                     "toolCallId":"c1","state":"output-available","input":{"tz":"UTC"},"output":"12:00"}]},
                   {"id":"message-4","role":"assistant","parts":[{"type":"text","text":"Noon."}]},
                   {"id":"message-5","role":"user","parts":[{"type":"text","text":"Sure?"}]}],
                 "options":{"temperature":0.5,"max_tokens":9},"format":"json"}"""));
    }

    @Test
    void fillsInABodyOfATeamsOwn() {
        String template = "request={\"in\":{\"q\":\"$prompt\",\"all\":\"$messages\"},\"who\":[\"$conversation\",7],"
                + "\"m\":\"$model\",\"s\":\"$system\",\"o\":\"$options\",\"f\":\"$format\",\"cost\":\"$5 $prompt\"}";

        assertThat(body(template, EVERYTHING, "small")).isEqualTo(json("""
                {"in":{"q":"Sure?","all":[{"role":"system","content":"Be brief."},{"role":"user","content":"Time?"},
                   {"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function",
                     "function":{"name":"now","arguments":"{\\"tz\\":\\"UTC\\"}"}}]},
                   {"role":"tool","content":"12:00","tool_call_id":"c1"},
                   {"role":"assistant","content":"Noon."},{"role":"user","content":"Sure?"}]},
                 "who":["s1",7],"m":"small","s":"Be brief.","o":{"temperature":0.5,"max_tokens":9},"f":"json",
                 "cost":"$5 $prompt"}"""));
        assertThat(body(template, ChatRequest.of("Hi")).fieldNames())
                .toIterable()
                .containsExactly("in", "who", "cost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"request=ag-ui", "request=vercel", "request={\"q\":\"$prompt\",\"id\":\"$conversation\"}"})
    void beginsAConversationOfItsOwnWhereThereIsNoSession(String request) {
        String first = body(request, ChatRequest.of("Hi")).toString();
        String second = body(request, ChatRequest.of("Hi")).toString();

        assertThat(first).isNotEqualTo(second);
    }

    private static JsonNode body(String setting, ChatRequest request) {
        return body(setting, request, Agent.ONLY_MODEL);
    }

    private static JsonNode body(String setting, ChatRequest request, String model) {
        try {
            return MAPPER.readTree(new Agent(Agents.with(setting)).encode(request, model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
