package io.caravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real servers refuse of a conversation with tools, the scripted one does too, in their words. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedConversationTest {

    private static final String OPENAI_CALLS = "{'role':'assistant','content':null,'tool_calls':["
            + "{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}},"
            + "{'id':'b','type':'function','function':{'name':'f','arguments':'{}'}}]}";
    private static final String ANTHROPIC_CALL =
            "{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'f','input':{}}]}";
    private static final String ANTHROPIC_RESULT =
            "{'role':'user','content':[{'type':'tool_result','tool_use_id':'a','content':'x'}]}";
    private static final String GEMINI_CALLS =
            "{'role':'model','parts':[{'functionCall':{'name':'f'}},{'functionCall':{'name':'g'}}]}";
    private static final String RESPONSE = "{'functionResponse':{'name':'f','response':{'output':'x'}}}";

    private final HttpClient http = HttpClient.newHttpClient();
    private ScriptedModel model;

    @BeforeAll
    void start() {
        model = ScriptedModel.builder()
                .models(Model.named("scripted"), Model.named("gemini-3-pro"))
                .pace(Pace.AT_ONCE)
                .start();
    }

    @AfterAll
    void stop() {
        model.close();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                OPENAI_CALLS + ",{'role':'tool','tool_call_id':'a','content':'x'}"
                        + " | The following tool_call_ids did not have response messages: b",
                OPENAI_CALLS + ",{'role':'user','content':'x'}"
                        + " | The following tool_call_ids did not have response messages: a, b",
                "{'role':'tool','tool_call_id':'a','content':'x'}"
                        + " | messages with role 'tool' must be a response to a preceding message"
            })
    void refusesOpenAiResultsThatDoNotFitTheirCalls(String messages, String words) throws Exception {
        refuses("/v1/chat/completions", "{'model':'scripted','messages':[" + messages + "]}", words);
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'x':1 | " + ANTHROPIC_RESULT + " | unexpected `tool_use_id`: a",
                "'tools':[{'name':'f','input_schema':{'type':'object'}}] | " + ANTHROPIC_CALL
                        + " | `tool_use` ids were found without `tool_result` blocks immediately after: a",
                "'metadata':{} | " + ANTHROPIC_CALL + "," + ANTHROPIC_RESULT + " | must define tools",
                "'tools':[{'name':'f','input_schema':{'type':'object'}},{'name':'f','input_schema':{'type':'object'}}]"
                        + " | {'role':'user','content':'x'} | Tool names must be unique",
                "'tools':[{'name':'f','input_schema':{}}] | {'role':'user','content':'x'} | Input should be 'object'",
                "'tools':[{'name':'f','input_schema':{'type':'object','anyOf':[]}}] | {'role':'user','content':'x'}"
                        + " | does not support oneOf, allOf, or anyOf at the top level",
                "'metadata':{} | {'role':'assistant','content':[{'type':'thinking','thinking':'x','signature':'x'}]}"
                        + " | Invalid `signature` in `thinking` block",
                "'thinking':{'type':'enabled'},'tools':[{'name':'f','input_schema':{'type':'object'}}] | "
                        + ANTHROPIC_CALL + "," + ANTHROPIC_RESULT
                        + " | Expected `thinking` or `redacted_thinking`, but found `tool_use`"
            })
    void refusesAnthropicWhatItsServerRefuses(String more, String messages, String words) throws Exception {
        String body = "{'model':'scripted','max_tokens':9," + more.replace("'x':1", "'metadata':{}") + ",'messages':["
                + messages + "]}";

        refuses("/v1/messages", body, words);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "scripted | {'role':'user','parts':[" + RESPONSE + "]} | comes immediately after a function call turn",
                "scripted | " + GEMINI_CALLS + ",{'role':'user','parts':[" + RESPONSE
                        + "]} | the number of function response parts is equal",
                "scripted | " + GEMINI_CALLS
                        + ",{'role':'user','parts':[{'text':'x'}]} | the number of function response parts is equal",
                "gemini-3-pro | " + GEMINI_CALLS + ",{'role':'user','parts':[" + RESPONSE + "," + RESPONSE
                        + "]} | missing a thought_signature"
            })
    void refusesGeminiResponsesThatDoNotFitTheirCalls(String name, String contents, String words) throws Exception {
        refuses("/v1beta/models/" + name + ":generateContent", "{'contents':[" + contents + "]}", words);
    }

    private void refuses(String path, String body, String words) throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(model.url().resolve(path))
                        .header("anthropic-version", "2023-06-01")
                        .POST(BodyPublishers.ofString(body.replace('\'', '"')))
                        .build(),
                BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Caller.json(response.body()).at("/error/message").asText()).contains(words);
    }
}
