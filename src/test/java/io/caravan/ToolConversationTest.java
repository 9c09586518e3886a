package io.caravan;

import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.demo.Fault;
import io.caravan.demo.Model;
import io.caravan.demo.Pace;
import io.caravan.demo.Question;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.ToolCall;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that uses tools, as a WebSocket client and a route hear it. The tools are routes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ToolConversationTest {

    private static final String TOOLS = """
            - route:
                id: order-status
                from:
                  uri: tool:order_status
                  parameters:
                    description: Where an order is
                    parameters:
                      type: object
                      properties: {order: {type: string}}
                      required: [order]
                  steps:
                    - setBody: {simple: "Order ${body[order]} is on its way"}
            - route:
                id: weather
                from:
                  uri: tool:weather
                  parameters:
                    description: The weather
                  steps:
                    - setBody: {constant: "rain"}
            - route:
                id: cancel-order
                from:
                  uri: tool:cancel_order
                  parameters:
                    description: Cancel an order
                  steps:
                    - to: log:cancelled?showAll=false
                    - setBody: {constant: "cancelled"}
            - route:
                id: broken
                from:
                  uri: tool:broken
                  parameters:
                    description: Breaks
                  steps:
                    - throwException: {exceptionType: java.lang.IllegalStateException, message: "out of paper"}
            - route:
                id: slow
                from:
                  uri: tool:slow
                  parameters:
                    description: Slow
                  steps:
                    - delay: {asyncDelayed: "false", expression: {constant: "3600000"}}
                    - setBody: {constant: "never"}
            - route:
                id: ask-itself
                from:
                  uri: tool:ask_itself
                  parameters:
                    description: Asks a model that asks it
                  steps:
                    - setHeader: {name: CaravanTools, constant: ask_itself}
                    - setBody: {constant: "ask_itself"}
                    - to: direct:chat
            - route:
                id: ask-slowly
                from:
                  uri: tool:ask_slowly
                  parameters:
                    description: Asks a model that takes its time
                  steps:
                    - setBody: {constant: "take your time"}
                    - to: direct:chat
            - route:
                id: ask-again
                from:
                  uri: tool:ask_again
                  parameters:
                    description: Asks a model
                  steps:
                    - setBody: {constant: "inner"}
                    - to: direct:chat
            """;

    private static final String MEET = """
            - route:
                id: meet
                from:
                  uri: tool:meet
                  parameters:
                    description: Waits for another call of it
                  steps:
                    - process: {ref: meeting}
                    - setBody: {constant: "met"}
            """;

    /** What an agent does that has the same tools of its own. */
    private static final List<ToolCall> BY_ITSELF = List.of(
            new ToolCall("call_0", "order_status", object().put("order", "4711"), "Order 4711 is on its way"),
            new ToolCall("call_1", "weather", object().put("round", 0), "rain"));

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static TestApp app;
    ChatClient client;

    @BeforeAll
    static void start() throws IOException {
        model = ScriptedModel.builder()
                .script(ToolConversationTest::answer)
                .models(Model.named("scripted"), new Model("scripted-toolless", false, false))
                .start();
        Path meetings = Files.createDirectories(folder.resolve("meetings"));
        app = asking(folder, "1h").routes(meetings).start();
        CyclicBarrier meeting = new CyclicBarrier(2);
        Processor meet = exchange -> meeting.await(Patience.SECONDS, TimeUnit.SECONDS);
        app.app().context().getRegistry().bind("meeting", meet);
        Files.writeString(meetings.resolve("meet.camel.yaml"), MEET);
        await().until(() -> app.app().parts().routeTools().tools().size() == 9);
    }

    private static TestApp.Builder asking(Path workDir, String timeout) throws IOException {
        Path routes = Files.createDirectories(workDir.resolve("routes"));
        Files.writeString(routes.resolve("tools.camel.yaml"), TOOLS);
        return TestApp.in(workDir)
                .ollama(model)
                .openAi("openai", model.openAiUrl())
                .anthropic("anthropic", model.url())
                .gemini("gemini", model.url())
                .agent("ag-ui", model.url(), "shape=ag-ui")
                .agent("vercel", model.url(), "shape=vercel")
                .routes(routes)
                .set(
                        "caravan.tools.max-rounds=4",
                        "caravan.tools.timeout=" + timeout,
                        "caravan.tools.confirm=cancel_*");
    }

    /** The prompt names the tools to call, each with its arguments; what they say is the answer. */
    private static Reply answer(Question question) {
        List<Question.Said> results = question.results();
        if (question.model().equals("scripted-agent")) {
            return new Reply(Words.NONE, Words.of("Order 4711 is on its way; rain"), BY_ITSELF, Pace.AT_ONCE, true);
        }
        if (question.prompt().equals("inner")) {
            return says("tools offered: " + question.tools().size());
        }
        if (question.prompt().equals("take your time")) {
            return Reply.of(Words.of("a b c d e f g h"), Pace.steady(Duration.ZERO, Duration.ofSeconds(10)));
        }
        boolean goesOn = question.prompt().startsWith("forever ");
        if (question.tools().isEmpty() || (!results.isEmpty() && !goesOn)) {
            return says(
                    results.isEmpty()
                            ? "no tools"
                            : results.stream().map(Question.Said::text).collect(Collectors.joining("; ")));
        }
        String[] calls = question.prompt().replace("forever ", "").split(" ", -1);
        int round = (int) question.said().stream()
                .filter(said -> said.role().equals("assistant"))
                .count();
        return Reply.calling(
                IntStream.range(0, calls.length)
                        .mapToObj(i -> new ToolCall(
                                "call_" + (question.prompt().contains("cancel_order") ? "" : round + "_") + i,
                                calls[i].split(":", -1)[0],
                                calls[i].contains(":")
                                        ? object().put("order", calls[i].split(":", -1)[1])
                                        : object().put("round", round)))
                        .toList(),
                Pace.AT_ONCE);
    }

    private static Reply says(String text) {
        return Reply.of(Words.of(text), Pace.AT_ONCE);
    }

    @AfterAll
    static void stop() {
        app.close();
        model.close();
    }

    @BeforeEach
    void connect() {
        client = app.connect();
    }

    @AfterEach
    void disconnect() {
        client.close();
        model.heal();
    }

    private static ObjectNode payload(String text, String... tools) {
        ObjectNode payload = object().put("text", text);
        List.of(tools).forEach(payload.putArray("tools")::add);
        return payload;
    }

    /** An agent has tools of its own, and is offered none. */
    private static ObjectNode twoTools(String provider) {
        boolean agent = provider.equals("ag-ui") || provider.equals("vercel");
        return (agent
                        ? object().put("text", "order_status:4711 weather")
                        : payload("order_status:4711 weather", "order_status", "weather"))
                .put("model", provider + "/scripted");
    }

    private static List<String> ids(String type, List<JsonNode> events) {
        return of(type, events).stream()
                .map(data -> data.get("call_id").asText())
                .toList();
    }

    private static List<String> fields(JsonNode data) {
        return data.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static List<String> kinds(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("chunk")
                        .path("type")
                        .asText(event.get("status").asText()))
                .toList();
    }

    private static List<String> distinctKinds(List<JsonNode> events) {
        return kinds(events).stream().distinct().toList();
    }

    private static List<JsonNode> of(String type, List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.at("/chunk/type").asText().equals(type))
                .map(event -> event.at("/chunk/data"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai", "anthropic", "gemini", "ag-ui", "vercel"})
    void tellsTheSameOfTwoToolsInEveryDialect(String provider) {
        client.chat("r1", twoTools(provider));

        List<JsonNode> events = client.all("r1");

        assertThat(kinds(events))
                .startsWith("processing", "tool_call", "tool_call", "tool_result", "tool_result", "text")
                .endsWith("text", "complete");
        assertThat(distinctKinds(events)).containsExactly("processing", "tool_call", "tool_result", "text", "complete");
        assertThat(of("tool_call", events))
                .extracting(call -> call.get("name").asText() + call.get("arguments"))
                .containsExactly("order_status{\"order\":\"4711\"}", "weather{\"round\":0}");
        assertThat(of("tool_call", events))
                .allSatisfy(call -> assertThat(fields(call)).containsExactlyInAnyOrder("call_id", "name", "arguments"));
        assertThat(of("tool_result", events))
                .extracting(result -> result.get("name").asText() + ": "
                        + result.get("result").asText() + " " + result.get("is_error"))
                .containsExactlyInAnyOrder("order_status: Order 4711 is on its way false", "weather: rain false");
        assertThat(of("tool_result", events))
                .allSatisfy(result ->
                        assertThat(fields(result)).containsExactlyInAnyOrder("call_id", "name", "result", "is_error"));
        assertThat(ids("tool_result", events)).containsExactlyInAnyOrderElementsOf(ids("tool_call", events));
        assertThat(text(events)).isEqualTo("Order 4711 is on its way; rain");
        JsonNode complete = ChatClient.last(events).get("metadata");
        assertThat(complete.get("finish_reason").asText()).isEqualTo("stop");
        assertThat(complete.at("/usage/prompt_tokens").asInt()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"ollama, 2", "openai, 2", "anthropic, 2", "gemini, 2", "ag-ui, 1", "vercel, 1"})
    void asksAgainOnlyWhereItMadeTheCallsItself(String provider, int attempts) {
        client.chat("r1", twoTools(provider));

        List<JsonNode> events = client.all("r1");

        assertThat(events.get(0).at("/metadata/tools")).hasSize(attempts == 2 ? 2 : 0);
        assertThat(ChatClient.last(events).at("/metadata/attempts").asInt()).isEqualTo(attempts);
    }

    @Test
    void countsTheChunksOfAllTurnsInOneRow() {
        client.chat("r1", payload("order_status:1 order_status:2 weather", "*"));

        List<JsonNode> chunks =
                client.all("r1").stream().filter(event -> event.has("chunk")).toList();

        assertThat(chunks)
                .extracting(event -> event.at("/chunk/metadata/index").asInt())
                .containsExactlyElementsOf(
                        IntStream.range(0, chunks.size()).boxed().toList());
    }

    @Test
    void offersAllToolsUnlessTheRequestSaysOtherwise() {
        client.chat("all", "weather");
        client.chat("none", object().put("text", "weather").put("tools", false));
        client.chat("some", payload("weather", "w*"));

        assertThat(client.all("all").get(0).at("/metadata/tools")).hasSize(9);
        List<JsonNode> none = client.all("none");
        assertThat(none.get(0).at("/metadata/tools")).isEmpty();
        assertThat(text(none)).isEqualTo("no tools");
        assertThat(client.all("some").get(0).at("/metadata/tools").toString()).isEqualTo("[\"weather\"]");
    }

    @Test
    void sendsTheTextOfTheLastTurnWhereNoStreamIsWanted() {
        client.chat("r1", payload("order_status:4711", "order_status").put("stream", false));

        List<JsonNode> events = client.all("r1");

        assertThat(distinctKinds(events)).containsExactly("processing", "tool_call", "tool_result", "text", "complete");
        assertThat(text(events)).isEqualTo("Order 4711 is on its way");
    }

    @Test
    void usesToolsForARouteThatAsks() {
        Object answer = app.app()
                .context()
                .createProducerTemplate()
                .requestBodyAndHeader("direct:chat", "order_status:7", "CaravanTools", "order_*");

        assertThat(answer).isEqualTo("Order 7 is on its way");
    }

    @Test
    void tellsTheModelWhatGoesWrongWithACall() {
        client.chat("r1", payload("nonsense broken order_status", "broken", "order_status"));

        List<JsonNode> events = client.all("r1");

        List<JsonNode> results = of("tool_result", events);
        assertThat(results)
                .hasSize(3)
                .allSatisfy(
                        result -> assertThat(result.get("is_error").asBoolean()).isTrue());
        assertThat(text(events)).contains("there is no tool \"nonsense\"", "`order` is missing", "out of paper");
        assertThat(ChatClient.last(events).get("status").asText()).isEqualTo("complete");
    }

    @Test
    void tellsTheModelThatAToolIsTooSlow() throws IOException {
        try (TestApp hasty = asking(folder.resolve("hasty"), "300ms").start();
                ChatClient asking = hasty.connect()) {
            asking.chat("r1", payload("slow", "slow"));

            List<JsonNode> events = asking.all("r1");

            assertThat(of("tool_result", events))
                    .singleElement()
                    .satisfies(result ->
                            assertThat(result.get("is_error").asBoolean()).isTrue());
            assertThat(text(events)).contains("no answer within 300ms");
            assertThat(ChatClient.last(events).get("status").asText()).isEqualTo("complete");
        }
    }

    @Test
    void asksOnceMoreWithoutToolsWhereTheModelDoesNotComeToAnEnd() {
        client.chat("r1", payload("forever weather", "weather"));

        List<JsonNode> events = client.all("r1");

        assertThat(of("tool_result", events)).hasSize(4);
        JsonNode complete = ChatClient.last(events);
        assertThat(complete.get("status").asText()).isEqualTo("complete");
        assertThat(complete.at("/metadata/attempts").asInt()).isEqualTo(5);
        assertThat(text(events)).isEqualTo("rain");
    }

    @Test
    void givesAQuestionInsideAToolNoToolsByDefault() {
        client.chat("r1", payload("ask_again", "ask_again"));

        assertThat(text(client.all("r1"))).isEqualTo("tools offered: 0");
    }

    @Test
    void asksForApprovalAndRunsWhatIsApproved() {
        client.chat("r1", payload("cancel_order:1", "cancel_order"));
        List<JsonNode> events = new ArrayList<>(client.until("r1", "chunk"));
        JsonNode call = ChatClient.last(events).at("/chunk/data");
        assertThat(call.get("awaiting").asBoolean()).isTrue();

        client.send(object().put("action", "approve")
                .put("request_id", "r1")
                .put("call_id", call.get("call_id").asText())
                .toString());

        events.addAll(client.all("r1"));
        assertThat(of("tool_result", events).get(0).get("result").asText()).isEqualTo("cancelled");
    }

    @Test
    void doesNotRunWhatIsRejected() {
        client.chat("r1", payload("cancel_order:1", "cancel_order"));
        JsonNode call = ChatClient.last(client.until("r1", "chunk")).at("/chunk/data");

        client.send(object().put("action", "reject")
                .put("request_id", "r1")
                .put("call_id", call.get("call_id").asText())
                .toString());

        assertThat(of("tool_result", client.all("r1")).get(0).get("result").asText())
                .contains("rejected");
    }

    @Test
    void refusesAToolThatNeedsApprovalWhereNobodyCanGiveIt() {
        Object answer = app.app()
                .context()
                .createProducerTemplate()
                .requestBodyAndHeader("direct:chat", "cancel_order:7", "CaravanTools", "cancel_order");

        assertThat(String.valueOf(answer)).contains("approval");
    }

    @Test
    void endsTheCallsOfACallerWhoCancels() {
        client.chat("r1", payload("slow", "slow"));
        client.until("r1", "chunk");

        client.send("cancel", "r1");

        JsonNode error = client.error("r1");
        assertThat(error.get("code").asText()).isEqualTo("cancelled");
        assertThat(error.get("partial").asBoolean()).isTrue(); // the call of the tool was told
    }

    @Test
    void asksTheModelAgainWhereItsSecondTurnFailsBeforeAnyChunk() {
        model.next(Fault.none(), Fault.status(503));
        client.chat("r1", payload("weather", "weather"));

        List<JsonNode> events = client.all("r1");

        assertThat(text(events)).isEqualTo("rain");
        assertThat(ChatClient.last(events).at("/metadata/attempts").asInt()).isEqualTo(3);
    }

    @Test
    void saysThatTheAnswerIsPartialWhereTheSecondTurnFailsForGood() {
        var down = Fault.status(503);
        model.next(Fault.none(), down, down, down);
        client.chat("r1", payload("weather", "weather").put("model", "ollama/scripted"));

        JsonNode error = client.error("r1");

        assertThat(error.get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.get("partial").asBoolean()).isTrue();
    }

    @Test
    void goesNotOnWithABrokenAnswerThatHasAFixedFormat() {
        int before = model.questions().size();
        model.next(new Fault.Cut(2, Fault.Cut.How.CLOSE));

        client.chat("r1", payload("inner", "weather").put("format", "json"));

        assertThat(client.error("r1").get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(model.questions()).hasSize(before + 1);
    }

    @Test
    void runsTheCallsOfATurnSideBySide() {
        client.chat("r1", payload("meet meet:2", "meet"));

        assertThat(of("tool_result", client.all("r1")))
                .extracting(result -> result.get("result").asText())
                .containsExactly("met", "met");
    }

    @Test
    void asksAModelThatCannotUseToolsAgainWithoutThem() {
        client.chat("r1", object().put("text", "weather").put("model", "ollama/scripted-toolless"));
        assertThat(text(client.all("r1"))).isEqualTo("no tools");

        client.chat("r2", object().put("text", "weather").put("model", "ollama/scripted-toolless"));

        List<JsonNode> events = client.all("r2");
        assertThat(events.get(0).at("/metadata/tools")).isEmpty();
        assertThat(ChatClient.last(events).at("/metadata/attempts").asInt()).isEqualTo(1);
    }

    @Test
    void refusesToolsThatARequestNamesWhereTheModelCannotUseThem() {
        client.chat("r1", payload("weather", "weather").put("model", "ollama/scripted-toolless"));

        JsonNode error = client.error("r1");

        assertThat(error.get("code").asText()).isEqualTo("invalid_request");
        assertThat(error.get("message").asText()).contains("tools");
    }

    @Test
    void asksForApprovalOfEachCallAlsoWhereTheModelRepeatsAnId() {
        client.chat("r1", payload("forever cancel_order", "cancel_order"));
        JsonNode first = ChatClient.last(client.until("r1", "chunk")).at("/chunk/data");
        approve("r1", first.get("call_id").asText());
        assertThat(ChatClient.last(client.until("r1", "chunk"))
                        .at("/chunk/type")
                        .asText())
                .isEqualTo("tool_result");

        JsonNode second = ChatClient.last(client.until("r1", "chunk")).at("/chunk/data");

        assertThat(second.get("awaiting").asBoolean()).isTrue();
        assertThat(second.get("call_id").asText())
                .isNotEqualTo(first.get("call_id").asText());
        client.send("cancel", "r1");
        List<JsonNode> rest = client.all("r1");
        assertThat(of("tool_result", rest))
                .extracting(result -> result.get("result").asText())
                .doesNotContain("cancelled");
        assertThat(ChatClient.last(rest).at("/error/code").asText()).isEqualTo("cancelled");
    }

    private void approve(String request, String call) {
        client.send(object().put("action", "approve")
                .put("request_id", request)
                .put("call_id", call)
                .toString());
    }

    @Test
    void refusesAWordOnACallThatDoesNotWaitWithoutEndingTheRequest() {
        client.chat("r1", payload("cancel_order:1", "cancel_order"));
        JsonNode call = ChatClient.last(client.until("r1", "chunk")).at("/chunk/data");

        approve("r1", "call_typo");

        JsonNode refusal = client.next(ChatClient.NOBODY);
        assertThat(refusal.at("/error/message").asText()).contains("r1", "call_typo");
        approve("r1", call.get("call_id").asText());
        assertThat(ChatClient.last(client.all("r1")).get("status").asText()).isEqualTo("complete");
    }

    @Test
    void endsAQuestionInsideAToolWithTheQuestionAroundIt() {
        client.chat("r1", payload("ask_slowly", "ask_slowly"));
        client.until("r1", "chunk");
        await().until(() -> app.app().parts().admission().running() == 2);

        client.send("cancel", "r1");

        assertThat(client.error("r1").get("code").asText()).isEqualTo("cancelled");
        Inside.of(app).awaitNoRequests();
    }

    @Test
    void endsToolsThatAskForThemselves() {
        client.chat("r1", payload("ask_itself", "ask_itself"));

        assertThat(text(client.all("r1"))).contains("inside 3 tools");
    }
}
