package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.chat.ChatEvent.ToolResult;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.dialect.anthropic.Anthropic;
import io.caravan.dialect.gemini.Gemini;
import io.caravan.dialect.ollama.Ollama;
import io.caravan.dialect.openai.OpenAi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server wants back with its answer, and gets back from the same dialect only. */
class KeptTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Dialect anthropic = new Anthropic();
    private final Dialect gemini = new Gemini();

    @Test
    void givesAnthropicItsThoughtsBackWhereTheyWere() {
        Told told = told(
                anthropic,
                block(0, "{'type':'thinking','thinking':'','signature':''}"),
                delta(0, "{'type':'thinking_delta','thinking':'Two '}"),
                delta(0, "{'type':'thinking_delta','thinking':'things.'}"),
                delta(0, "{'type':'signature_delta','signature':'c2ln'}"),
                block(1, "{'type':'redacted_thinking','data':'bG9ja2Vk'}"),
                block(2, "{'type':'text','text':''}"),
                delta(2, "{'type':'text_delta','text':'Let me '}"),
                delta(2, "{'type':'text_delta','text':'see.'}"),
                block(3, "{'type':'tool_use','id':'t1','name':'now','input':{}}"),
                block(4, "{'type':'thinking','thinking':'And ...','signature':'Mg=='}"),
                block(5, "{'type':'tool_use','id':'t2','name':'weather','input':{}}"),
                delta(5, "{'type':'input_json_delta','partial_json':'{}'}"),
                "{'type':'message_delta','delta':{'stop_reason':'tool_use'}}",
                "{'type':'message_stop'}");

        assertThat(json(anthropic, after(told), "m").at("/messages/1/content")).isEqualTo(tree("""
                [{'type':'thinking','thinking':'Two things.','signature':'c2ln'},
                 {'type':'redacted_thinking','data':'bG9ja2Vk'},
                 {'type':'text','text':'Let me see.'},
                 {'type':'tool_use','id':'t1','name':'now','input':{}},
                 {'type':'thinking','thinking':'And ...','signature':'Mg=='},
                 {'type':'tool_use','id':'t2','name':'weather','input':{}}]"""));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{'type':'text','text':'Hi'}",
                "{'type':'thinking','thinking':'unsigned','signature':''}",
                "{'type':'redacted_thinking','data':''}",
                "{'type':'server_tool_use','id':'s','name':'web_search','input':{}}"
            })
    void keepsNothingOfAnAnthropicAnswerWithoutThoughtsItWouldTakeBack(String block) {
        Told told = told(
                anthropic,
                block(0, block),
                block(1, "{'type':'tool_use','id':'t1','name':'now','input':{}}"),
                "{'type':'message_delta','delta':{'stop_reason':'tool_use'}}",
                "{'type':'message_stop'}");

        assertThat(told.finish().orElseThrow().kept()).isEmpty();
    }

    @Test
    void keepsNoThoughtThatIsTheEndOfAnAnthropicAnswer() {
        Told told = told(
                anthropic,
                block(0, "{'type':'thinking','thinking':'Hm','signature':'c2ln'}"),
                "{'type':'message_delta','delta':{'stop_reason':'max_tokens'}}",
                "{'type':'message_stop'}");

        assertThat(told.finish().orElseThrow().kept()).isEmpty();
    }

    @Test
    void leavesOutACallThatWasCutShort() {
        Told told = told(
                anthropic,
                block(0, "{'type':'thinking','thinking':'Hm','signature':'c2ln'}"),
                block(1, "{'type':'text','text':'So'}"),
                block(2, "{'type':'tool_use','id':'t1','name':'now','input':{}}"),
                delta(2, "{'type':'input_json_delta','partial_json':'{'}"),
                "{'type':'message_delta','delta':{'stop_reason':'max_tokens'}}",
                "{'type':'message_stop'}");

        assertThat(told.calls()).isEmpty();
        assertThat(told.finish().orElseThrow().kept().orElseThrow())
                .isEqualTo(tree("{'anthropic':[{'type':'thinking','thinking':'Hm','signature':'c2ln'},"
                        + "{'type':'text','text':'So'}]}"));
    }

    @Test
    void givesGeminiEachSignatureBackInItsPart() {
        Told told = told(
                gemini,
                parts("{'text':'I think','thought':true}"),
                parts("{'text':'Two '}"),
                parts("{'text':'things.'},{'functionCall':{'id':'f1','name':'now','args':{'tz':'UTC'}},"
                        + "'thoughtSignature':'c2ln'},{'functionCall':{'id':'f2','name':'weather'}}"),
                "{'candidates':[{'content':{'parts':[{'text':'','thoughtSignature':'Mg=='}]},'finishReason':'STOP'}]}");

        JsonNode contents = json(gemini, after(told), "gemini-3-pro").path("contents");

        assertThat(contents.at("/1/parts")).isEqualTo(tree("""
                [{'text':'Two things.'},
                 {'functionCall':{'id':'f1','name':'now','args':{'tz':'UTC'}},'thoughtSignature':'c2ln'},
                 {'functionCall':{'id':'f2','name':'weather','args':{}}},
                 {'text':'','thoughtSignature':'Mg=='}]"""));
        assertThat(contents.at("/2/parts")).hasSize(2);
    }

    @Test
    void givesGeminiASignatureBackUnderTheIdTheCallWasGiven() {
        Told told = Told.by(
                gemini.decode(new ByteArrayInputStream(Sample.of("gemini-tools-stream.sse")), "text/event-stream"));

        JsonNode parts = json(gemini, after(told), "m").at("/contents/1/parts");

        assertThat(parts.at("/1/functionCall/id").asText())
                .isEqualTo(told.calls().get(0).callId());
        assertThat(parts.at("/1/thoughtSignature").asText()).isEqualTo("c2FtcGxl");
    }

    @Test
    void keepsNothingOfAGeminiAnswerWithoutSignatures() {
        Told told = told(
                gemini,
                "{'candidates':[{'content':{'parts':[{'functionCall':{'id':'f1','name':'now'}}]},'finishReason':'STOP'}]}");

        assertThat(told.finish().orElseThrow().kept()).isEmpty();
        assertThat(json(gemini, after(told), "gemini-3-pro").at("/contents/1/parts/0/thoughtSignature"))
                .hasToString("\"skip_thought_signature_validator\"");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"deepseek-v4-pro, true", "moonshotai/Kimi-K2-Thinking, true", "llama3.2, false", "gpt-5, false"})
    void givesTheReasoningBackToThoseThatRefuseACallWithoutIt(String model, boolean wanted) {
        Dialect openAi = new OpenAi();
        Told told = told(
                openAi,
                "{'choices':[{'delta':{'reasoning_content':'Look it '}}]}",
                "{'choices':[{'delta':{'reasoning_content':'up.'}}]}",
                "{'choices':[{'delta':{'tool_calls':[{'index':0,'id':'c1','function':{'name':'now','arguments':'{}'}}]},"
                        + "'finish_reason':'tool_calls'}]}");

        JsonNode turn = json(openAi, after(told), model).at("/messages/1");

        assertThat(turn.path("tool_calls")).hasSize(1);
        assertThat(turn.path("reasoning_content").asText("")).isEqualTo(wanted ? "Look it up." : "");
        assertThat(turn.has("reasoning_content")).isEqualTo(wanted);
    }

    @Test
    void keepsNoReasoningOfAnAnswerWithoutCallsNorWhatComesUnderAnotherName() {
        Told plain = told(
                new OpenAi(),
                "{'choices':[{'delta':{'reasoning_content':'Hm','content':'Hi'},'finish_reason':'stop'}]}");
        Told other = told(
                new OpenAi(),
                "{'choices':[{'delta':{'reasoning':'Hm','tool_calls':[{'id':'c1','function':{'name':'now'}}]},"
                        + "'finish_reason':'tool_calls'}]}");

        assertThat(plain.finish().orElseThrow().kept()).isEmpty();
        assertThat(other.thinking()).isEqualTo("Hm");
        assertThat(other.finish().orElseThrow().kept()).isEmpty();
    }

    @Test
    void tellsAnotherKindOfServerNothingOfIt() {
        Told fromGemini = told(
                gemini,
                "{'candidates':[{'content':{'parts':[{'functionCall':{'id':'f1','name':'now'},"
                        + "'thoughtSignature':'c2ln'}]},'finishReason':'STOP'}]}");

        for (Dialect other : List.of(anthropic, new Ollama(), new OpenAi())) {
            assertThat(json(other, after(fromGemini), "m").toString())
                    .contains("f1")
                    .doesNotContain("c2ln")
                    .doesNotContain("gemini");
        }
    }

    /** The conversation in which this was the answer, up to the results of its calls. */
    private static ChatRequest after(Told told) {
        List<Message> turns = new ArrayList<>();
        turns.add(Message.calling(
                told.text(), told.calls(), told.finish().orElseThrow().kept()));
        told.calls()
                .forEach(call -> turns.add(Message.result(new ToolResult(call.callId(), call.name(), "fine", false))));
        return ChatRequest.of("Hi").followedBy(turns);
    }

    private static Told told(Dialect dialect, String... events) {
        StringBuilder stream = new StringBuilder();
        for (String event : events) {
            stream.append("data: ").append(event.replace('\'', '"')).append("\n\n");
        }
        return Told.by(
                dialect.decode(new ByteArrayInputStream(stream.toString().getBytes(UTF_8)), "text/event-stream"));
    }

    private static String block(int index, String block) {
        return "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}";
    }

    private static String delta(int index, String delta) {
        return "{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}";
    }

    private static String parts(String parts) {
        return "{'candidates':[{'content':{'parts':[" + parts + "]}}]}";
    }

    private static JsonNode json(Dialect dialect, ChatRequest request, String model) {
        return tree(new String(dialect.encode(request, model), UTF_8));
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
