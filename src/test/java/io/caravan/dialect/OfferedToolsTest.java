package io.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.ChatEvent.ToolResult;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.chat.Tool;
import io.caravan.dialect.agent.Agent;
import io.caravan.dialect.agent.Agents;
import io.caravan.dialect.anthropic.Anthropic;
import io.caravan.dialect.gemini.Gemini;
import io.caravan.dialect.ollama.Ollama;
import io.caravan.dialect.openai.OpenAi;
import io.caravan.testing.CapturedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfferedToolsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"tz\":{\"type\":\"string\"}}}";
    private static final Tool NOW = new Tool("now", "The time.", tree(SCHEMA));
    private static final Tool NAMELESS_ARGUMENTS = new Tool("ping", "", MissingNode.getInstance());
    private static final String NONE = "{\"type\":\"object\",\"properties\":{}}";

    private final Dialect ollama = new Ollama();
    private final Dialect openAi = new OpenAi();
    private final Dialect anthropic = new Anthropic();
    private final Dialect gemini = new Gemini();

    @Test
    void offersToolsAsOpenAiAndOllamaHaveThem() {
        ChatRequest request = ChatRequest.of("Hi").offering(List.of(NOW, NAMELESS_ARGUMENTS));

        for (Dialect dialect : List.of(ollama, openAi)) {
            assertThat(json(dialect, request).path("tools"))
                    .hasToString("[{\"type\":\"function\",\"function\":{\"name\":\"now\",\"description\":\"The time.\","
                            + "\"parameters\":" + SCHEMA + "}},"
                            + "{\"type\":\"function\",\"function\":{\"name\":\"ping\",\"parameters\":" + NONE + "}}]");
        }
        assertThat(json(openAi, request).has("tool_choice")).isFalse();
    }

    @Test
    void offersToolsAsAnthropicHasThem() {
        JsonNode body = json(anthropic, ChatRequest.of("Hi").offering(List.of(NOW, NAMELESS_ARGUMENTS)));

        assertThat(body.path("tools"))
                .hasToString("[{\"name\":\"now\",\"description\":\"The time.\",\"input_schema\":" + SCHEMA + "},"
                        + "{\"name\":\"ping\",\"input_schema\":" + NONE + "}]");
        assertThat(body.has("tool_choice")).isFalse();
    }

    @Test
    void offersToolsAsGeminiHasThem() {
        JsonNode body = json(gemini, ChatRequest.of("Hi").offering(List.of(NOW, NAMELESS_ARGUMENTS)));

        assertThat(body.path("tools"))
                .hasToString("[{\"functionDeclarations\":[{\"name\":\"now\",\"description\":\"The time.\","
                        + "\"parametersJsonSchema\":" + SCHEMA + "},"
                        + "{\"name\":\"ping\",\"parametersJsonSchema\":" + NONE + "}]}]");
        assertThat(body.has("toolConfig")).isFalse();
    }

    @Test
    void offersAnAgentNothing() {
        Dialect agent = new Agent(Agents.of());

        assertThat(agent.takesTools()).isFalse();
        assertThat(json(agent, ChatRequest.of("Hi").offering(List.of(NOW))))
                .isEqualTo(json(agent, ChatRequest.of("Hi")));
    }

    @Test
    void saysThatNoToolMayBeCalledAnyMoreAsEachFormatCan() {
        ChatRequest request = answered().offering(List.of(NOW)).withoutCalls();

        assertThat(json(openAi, request).path("tool_choice")).hasToString("\"none\"");
        assertThat(json(openAi, request).path("tools")).hasSize(1);
        assertThat(json(anthropic, request).path("tool_choice")).hasToString("{\"type\":\"none\"}");
        assertThat(json(anthropic, request).path("tools")).hasSize(1);
        assertThat(json(gemini, request).path("toolConfig"))
                .hasToString("{\"functionCallingConfig\":{\"mode\":\"NONE\"}}");
        assertThat(json(gemini, request).path("tools")).hasSize(1);
        assertThat(json(ollama, request).has("tools")).isFalse();
    }

    @Test
    void saysNothingOfToolsWhereThereNeverWereAny() {
        ChatRequest request = ChatRequest.of("Hi").withoutCalls();

        for (Dialect dialect : List.of(ollama, openAi, anthropic, gemini)) {
            assertThat(json(dialect, request)).isEqualTo(json(dialect, ChatRequest.of("Hi")));
        }
    }

    @Test
    void namesAnthropicTheToolsOfAConversationThatOffersNone() {
        JsonNode body = json(anthropic, answered());

        assertThat(body.path("tools")).hasToString("[{\"name\":\"now\",\"input_schema\":" + NONE + "}]");
        assertThat(body.path("tool_choice")).hasToString("{\"type\":\"none\"}");
    }

    @Test
    void tellsThatACallFailedAsEachFormatCan() {
        ChatRequest request = ChatRequest.of("Hi")
                .followedBy(List.of(
                        call(),
                        Message.result(new ToolResult("c1", "now", "no such zone", true)),
                        Message.user("So?")));

        assertThat(json(anthropic, request).at("/messages/2/content/0"))
                .hasToString("{\"type\":\"tool_result\",\"tool_use_id\":\"c1\",\"content\":\"no such zone\","
                        + "\"is_error\":true}");
        assertThat(json(gemini, request).at("/contents/2/parts/0/functionResponse"))
                .hasToString("{\"id\":\"c1\",\"name\":\"now\",\"response\":{\"error\":\"no such zone\"}}");
        assertThat(json(ollama, request).at("/messages/2"))
                .hasToString("{\"role\":\"tool\",\"content\":\"no such zone\",\"tool_call_id\":\"c1\","
                        + "\"tool_name\":\"now\"}");
        assertThat(json(openAi, request).at("/messages/2"))
                .hasToString("{\"role\":\"tool\",\"content\":\"no such zone\",\"tool_call_id\":\"c1\"}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nothing but a type          | {'type':'object'} | {'type':'object','properties':{}}",
                "no type                     | {'properties':{'a':{}}} | {'type':'object','properties':{'a':{}}}",
                "a list                      | [1] | {'type':'object','properties':{}}",
                "everything allowed          | true | {'type':'object','properties':{}}",
                "another type                | {'type':['object','null']} | {'type':'object','properties':{}}",
                "the dialect of the schema   | {'$schema':'x','$id':'y','type':'object'} | {'type':'object','properties':{}}",
                "a definition                | {'properties':{'a':{'$ref':'#/$defs/d','description':'x'}},'$defs':{'d':{'type':'string'}}}"
                        + "| {'type':'object','properties':{'a':{'type':'string','description':'x'}}}",
                "a definition in another     | {'properties':{'a':{'$ref':'#/$defs/d'}},'$defs':{'d':{'items':{'$ref':'#/$defs/e'}},'e':{'type':'null'}}}"
                        + "| {'type':'object','properties':{'a':{'items':{'type':'null'}}}}",
                "a reference for the whole   | {'$ref':'#/$defs/d','$defs':{'d':{'type':'object','properties':{'a':{'type':'string'}}}}}"
                        + "| {'type':'object','properties':{'a':{'type':'string'}}}",
                "an odd name in a reference  | {'properties':{'a':{'$ref':'#/$defs/x~1y%20z'}},'$defs':{'x/y z':{'type':'string'}}}"
                        + "| {'type':'object','properties':{'a':{'type':'string'}}}",
                "a reference to the network  | {'properties':{'a':{'$ref':'http://127.0.0.1:1/x','description':'x'}}}"
                        + "| {'type':'object','properties':{'a':{'description':'x'}}}",
                "a reference to nothing      | {'properties':{'a':{'$ref':'#/$defs/d'}}} | {'type':'object','properties':{'a':{}}}",
                "a reference that is none    | {'properties':{'a':{'$ref':'##','type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'}}}",
                "a property called $ref      | {'properties':{'$ref':{'type':'string'}}} | {'type':'object','properties':{'$ref':{'type':'string'}}}",
                "alternatives at the top     | {'anyOf':[{'properties':{'a':{}},'required':['a']},{'properties':{'b':{}}}]}"
                        + "| {'type':'object','properties':{'a':{},'b':{}}}",
                "parts at the top            | {'allOf':[{'properties':{'a':{}},'required':['a']}],'properties':{'b':{}},'required':['b']}"
                        + "| {'type':'object','properties':{'a':{},'b':{}},'required':['b','a']}"
            })
    void makesOfAnySchemaAnObjectWithoutReferences(String what, String schema, String fitted) {
        ChatRequest request = ChatRequest.of("Hi").offering(List.of(new Tool("t", "", tree(quoted(schema)))));

        assertThat(json(ollama, request).at("/tools/0/function/parameters")).isEqualTo(tree(quoted(fitted)));
        assertThat(json(openAi, request).at("/tools/0/function/parameters")).isEqualTo(tree(quoted(fitted)));
        assertThat(json(anthropic, request).at("/tools/0/input_schema")).isEqualTo(tree(quoted(fitted)));
        assertThat(json(gemini, request).at("/tools/0/functionDeclarations/0/parametersJsonSchema"))
                .isEqualTo(tree(quoted(fitted)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bounds        | {'type':'integer','minimum':1,'maximum':5} | {'type':'integer'}",
                "a format      | {'type':'string','format':'date','pattern':'^2','title':'Day'} | {'type':'string'}",
                "yes           | true | {}",
                "no            | false | {}",
                "a constant    | {'const':'x'} | {'enum':['x']}",
                "one of two    | {'oneOf':[{'type':'null'},{'type':'string','minLength':1}]}"
                        + "| {'anyOf':[{'type':'null'},{'type':'string'}]}",
                "a part        | {'allOf':[{'type':'string','minLength':1}],'description':'x'}"
                        + "| {'type':'string','description':'x'}",
                "items         | {'type':'array','items':true} | {'type':'array','items':{}}",
                "an object     | {'type':'object','properties':{'b':false},'additionalProperties':false,'required':['b']}"
                        + "| {'type':'object','properties':{'b':{}},'required':['b']}",
                "several types | {'type':['string','null']} | {'type':['string','null']}",
                "odd values    | {'type':5,'description':{},'required':true,'enum':'x'} | {}"
            })
    void tellsOllamaOnlyWhatItReads(String what, String schema, String fitted) {
        Tool tool = new Tool("t", "", tree(quoted("{'properties':{'a':" + schema + "}}")));

        assertThat(json(ollama, ChatRequest.of("Hi").offering(List.of(tool)))
                        .at("/tools/0/function/parameters/properties/a"))
                .isEqualTo(tree(quoted(fitted)));
    }

    @Test
    void leavesTheOthersEverythingASchemaSays() {
        String schema = quoted("{'type':'object','properties':{'a':{'type':'integer','minimum':1,'format':'int32'},"
                + "'b':{'oneOf':[{'type':'null'},{'const':1}]}},'required':['a'],'additionalProperties':false}");
        ChatRequest request = ChatRequest.of("Hi").offering(List.of(new Tool("t", "", tree(schema))));

        assertThat(json(openAi, request).at("/tools/0/function/parameters")).hasToString(schema);
        assertThat(json(anthropic, request).at("/tools/0/input_schema")).hasToString(schema);
        assertThat(json(gemini, request).at("/tools/0/functionDeclarations/0/parametersJsonSchema"))
                .hasToString(schema);
    }

    @Test
    void writesASchemaThatContainsItselfOutOnlySoFar() {
        String node = quoted("{'type':'object','properties':{'next':{'$ref':'#/$defs/node'},'v':{'type':'string'}}}");
        JsonNode schema = tree("{\"$ref\":\"#/$defs/node\",\"$defs\":{\"node\":" + node + "}}");
        ChatRequest request = ChatRequest.of("Hi").offering(List.of(new Tool("t", "", schema)));

        String written = quoted("{'type':'object','properties':{'next':"
                + "{'type':'object','properties':{'next':{},'v':{'type':'string'}}},'v':{'type':'string'}}}");
        assertThat(json(ollama, request).at("/tools/0/function/parameters")).hasToString(written);
        assertThat(json(gemini, request).at("/tools/0/functionDeclarations/0/parametersJsonSchema"))
                .hasToString(written);
        String kept = node.substring(0, node.length() - 1) + ",\"$defs\":{\"node\":" + node + "}}";
        assertThat(json(openAi, request).at("/tools/0/function/parameters")).hasToString(kept);
        assertThat(json(anthropic, request).at("/tools/0/input_schema")).hasToString(kept);
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void doesNotLetASchemaGrowWithoutBound() {
        StringBuilder definitions = new StringBuilder("\"d40\":{\"type\":\"string\"}");
        for (int i = 0; i < 40; i++) {
            String next = "{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}";
            definitions.append(",\"d" + i + "\":{\"properties\":{\"a\":" + next + ",\"b\":" + next + "}}");
        }
        Tool tool = new Tool("t", "", tree("{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + definitions + "}}"));

        ChatRequest request = ChatRequest.of("Hi").offering(List.of(tool));

        assertThat(ollama.encode(request, "m")).hasSizeLessThan(500_000);
        assertThat(openAi.encode(request, "m")).hasSizeLessThan(10_000);
    }

    @Test
    void takesASchemaOfAnyDepth() {
        StringBuilder definitions = new StringBuilder("\"d5000\":{\"type\":\"string\"}");
        for (int i = 0; i < 5_000; i++) {
            definitions.append(",\"d" + i + "\":{\"items\":{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}}");
        }
        String nested = "{\"items\":".repeat(900) + "{}" + "}".repeat(900);
        ChatRequest request = ChatRequest.of("Hi")
                .offering(List.of(
                        new Tool("chain", "", tree("{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + definitions + "}}")),
                        new Tool("nested", "", tree("{\"properties\":{\"a\":" + nested + "}}"))));

        for (Dialect dialect : List.of(ollama, openAi, anthropic, gemini)) {
            assertThat(json(dialect, request).path("tools")).isNotEmpty();
        }
    }

    @Test
    void leavesTheSchemaOfTheToolAsItIs() {
        String schema =
                quoted("{'$schema':'x','properties':{'a':{'$ref':'#/$defs/d','minimum':1}},'$defs':{'d':true}}");
        Tool tool = new Tool("t", "", tree(schema));

        for (Dialect dialect : List.of(ollama, openAi, anthropic, gemini)) {
            assertThat(json(dialect, ChatRequest.of("Hi").offering(List.of(tool)))
                            .path("tools"))
                    .isNotEmpty();
        }

        assertThat(tool.parameters()).hasToString(schema);
    }

    @Test
    void logsOnceWhatIsLostAndNothingElseOfASchema() {
        JsonNode schema = tree(quoted("{'properties':{'secret':{'pattern':'hidden','maximum':7,'a\\nb':1}}}"));
        Tool tool = new Tool("shop__order", "", schema);
        Tool again = new Tool("shop__order", "", schema.deepCopy());

        try (CapturedLog log = CapturedLog.listen()) {
            ollama.encode(ChatRequest.of("Hi").offering(List.of(tool)), "m");
            ollama.encode(ChatRequest.of("Hi").offering(List.of(tool, again)), "m");
            openAi.encode(ChatRequest.of("Hi").offering(List.of(tool)), "m");

            assertThat(log.lines(ToolSchemas.class.getName()))
                    .containsExactly("INFO " + ToolSchemas.class.getName()
                            + " The schema of the tool shop__order goes to servers of type ollama without what"
                            + " a keyword that is none, maximum, pattern says there  ");
        }
    }

    private static ChatRequest answered() {
        return ChatRequest.of("Hi")
                .followedBy(List.of(call(), Message.result(new ToolResult("c1", "now", "12:00", false))));
    }

    private static Message call() {
        return Message.calling("", List.of(new ToolCall("c1", "now", tree("{}"))), Optional.empty());
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private static JsonNode json(Dialect dialect, ChatRequest request) {
        try {
            return MAPPER.readTree(dialect.encode(request, "m"));
        } catch (IOException e) {
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
