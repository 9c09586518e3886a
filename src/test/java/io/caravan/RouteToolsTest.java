package io.caravan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.demo.ScriptedModel;
import io.caravan.testing.ChatClient;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import io.caravan.tool.NamePatterns;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ResultText;
import io.caravan.tool.ToolCatalogue;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Routes that are tools, in the running program. */
class RouteToolsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ORDER_STATUS = """
            - route:
                id: order-status
                description: Where an order is
                from:
                  uri: tool:order_status
                  parameters:
                    title: Order status
                    description: "Where an order is & when it arrives (in %% + more): 'soon'? ü #1"
                    parameters:
                      type: object
                      properties:
                        order: {type: string, description: "Its number, as on the bill", minLength: 2}
                        copies:
                          type: integer
                          default: 1
                      required: [order]
                    readOnly: true
                  steps:
                    - setBody:
                        simple: "%s"
            """;

    @TempDir
    private Path workDir;

    @TempDir
    private Path routes;

    private ScriptedModel model;
    private TestApp app;

    @BeforeEach
    void start() throws IOException {
        model = ScriptedModel.start();
        write("order-status", ORDER_STATUS.formatted("Order ${body[order]} is on its way"));
        app = TestApp.in(workDir).ollama(model).routes(routes).start();
    }

    @AfterEach
    void stop() {
        app.close();
        model.close();
    }

    @Test
    void offersARouteThatIsATool() {
        ToolDefinition tool = tools().get(0);

        assertThat(tool.name()).isEqualTo("order_status");
        assertThat(tool.title()).isEqualTo("Order status");
        assertThat(tool.description()).isEqualTo("Where an order is & when it arrives (in % + more): 'soon'? ü #1");
        assertThat(tool.inputSchema().at("/properties/order/minLength").intValue())
                .isEqualTo(2);
        assertThat(tool.inputSchema().at("/required/0").textValue()).isEqualTo("order");
        assertThat(tool.effects()).isEqualTo(new ToolDefinition.Effects(true, false));
        assertThat(catalogue().all()).extracting(OfferedTool::name).containsExactly("order_status");
    }

    @Test
    void answersACallWithTheBodyOfTheRoute() {
        assertThat(call("order_status", "{\"order\":\"4711\"}")).isEqualTo(ToolOutcome.of("Order 4711 is on its way"));
    }

    @Test
    void tellsTheModelWhichArgumentDoesNotFitAndRunsNothing() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        tool("count", exchange -> runs.incrementAndGet());

        assertThat(call("order_status", "{\"order\":4711}"))
                .isEqualTo(ToolOutcome.error(
                        "The arguments do not fit the tool: `order` is of type integer, not string."));
        assertThat(call("count", "{\"colour\":\"red\"}"))
                .isEqualTo(ToolOutcome.error("The arguments do not fit the tool: there is no `colour`."));
        assertThat(runs).hasValue(0);

        assertThat(call("count", "{}").isError()).isFalse();
        assertThat(runs).hasValue(1);
    }

    @Test
    void givesTheRouteItsArgumentsAsAMap() throws IOException {
        AtomicReference<Object> taken = new AtomicReference<>();
        bind("take", exchange -> taken.set(exchange.getMessage().getBody()));
        write(
                "order-status",
                ORDER_STATUS.formatted("x").replace("setBody:", "process: {ref: take}\n        - setBody:"));
        await().until(() ->
                call("order_status", "{\"order\":\"4711\",\"copies\":2}").equals(ToolOutcome.of("x")));

        assertThat(taken.get()).isEqualTo(Map.of("order", "4711", "copies", 2));
    }

    static Stream<Arguments> results() {
        return Stream.of(
                Arguments.of(new Object[] {null}, ""),
                Arguments.of(new Object[] {"text"}, "text"),
                Arguments.of(new Object[] {Map.of("day", List.of(1, true))}, "{\"day\":[1,true]}"),
                Arguments.of(new Object[] {List.of("a", "b")}, "[\"a\",\"b\"]"),
                Arguments.of(new Object[] {JsonNodeFactory.instance.objectNode().put("a", 1)}, "{\"a\":1}"),
                Arguments.of(new Object[] {"größer".getBytes(UTF_8)}, "größer"),
                Arguments.of(new Object[] {new ByteArrayInputStream("größer".getBytes(UTF_8))}, "größer"),
                Arguments.of(new Object[] {4711}, "4711"));
    }

    @ParameterizedTest
    @MethodSource("results")
    void makesTextOfWhateverTheRouteAnswersWith(Object[] body, String text) throws IOException {
        tool("answer", exchange -> exchange.getMessage().setBody(body[0]));

        assertThat(call("answer", "{}")).isEqualTo(ToolOutcome.of(text));
    }

    @Test
    void cutsAResultThatIsTooLongForAModel() throws IOException {
        tool("novel", exchange -> exchange.getMessage().setBody("ü".repeat(100_000)));

        ToolOutcome outcome = call("novel", "{}");

        assertThat(outcome.isError()).isFalse();
        assertThat(outcome.text()).startsWith("üüü").endsWith("ü" + ResultText.CUT);
        assertThat(outcome.text().getBytes(UTF_8)).hasSize(ResultText.MOST_BYTES + ResultText.CUT.length());
    }

    @Test
    void readsAnEndlessStreamOnlyToThatLength() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        tool(
                "endless",
                exchange -> exchange.getMessage().setBody(new InputStream() {
                    @Override
                    public int read() {
                        return 'x';
                    }

                    @Override
                    public void close() {
                        closed.set(true);
                    }
                }));

        assertThat(call("endless", "{}").text()).endsWith("x" + ResultText.CUT);
        assertThat(closed).isTrue();
    }

    @Test
    void runsTheRouteInAnExchangeThatKnowsNothingOfTheCaller() throws IOException {
        AtomicReference<Map<String, Object>> headers = new AtomicReference<>();
        AtomicReference<Map<String, Object>> properties = new AtomicReference<>();
        tool("spy", exchange -> {
            headers.set(exchange.getMessage().getHeaders());
            properties.set(exchange.getProperties());
        });
        ToolRun run = new ToolRun(catalogue().find("spy").orElseThrow(), json("{}"));

        Exchange caller = app.app().context().createProducerTemplate().request("tool:spy", exchange -> {
            exchange.setProperty("caravan.call", "of the caller");
            exchange.getMessage().setHeader("CaravanSession", "of the caller");
            exchange.getMessage().setBody(run);
        });

        assertThat(caller.getMessage().getBody()).isEqualTo(ToolOutcome.of("{}"));
        assertThat(caller.getMessage().getHeader("CaravanSession")).isEqualTo("of the caller");
        assertThat(headers.get()).isEmpty();
        assertThat(properties.get()).containsEntry("caravan.within-tool", run).doesNotContainKey("caravan.call");
    }

    @Test
    void tellsTheModelShortlyWhyTheRouteFailed() throws IOException {
        tool("broken", exchange -> {
            throw new IllegalStateException(
                    "no answer from http://me:hunter2@host/x?password=hunter2\nand a second line", new IOException());
        });

        ToolOutcome outcome = call("broken", "{}");

        assertThat(outcome.isError()).isTrue();
        assertThat(outcome.text())
                .startsWith("The tool failed: no answer from http://")
                .doesNotContain("hunter2", "second line", "IllegalState", "\tat ");
    }

    @Test
    void interruptsTheRouteOfACallThatIsCancelled() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        tool("slow", exchange -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        ToolRun run = new ToolRun(catalogue().find("slow").orElseThrow(), json("{}"));
        CompletableFuture<ToolOutcome> outcome = CompletableFuture.supplyAsync(() -> run(run));
        assertThat(entered.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

        run.cancel("its 60s are over");

        assertThat(outcome.get(Patience.SECONDS, TimeUnit.SECONDS))
                .isEqualTo(ToolOutcome.error("The call was ended: its 60s are over."));
        assertThat(interrupted.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitsForNoRouteThatDoesNotHearItsInterrupt() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        tool("deaf", exchange -> {
            entered.countDown();
            while (!over.get()) {
                Thread.onSpinWait();
            }
        });
        ToolRun run = new ToolRun(catalogue().find("deaf").orElseThrow(), json("{}"));
        CompletableFuture<ToolOutcome> outcome = CompletableFuture.supplyAsync(() -> run(run));
        assertThat(entered.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

        run.cancel("nobody waits for it");

        try {
            assertThat(outcome.get(Patience.SECONDS, TimeUnit.SECONDS).isError())
                    .isTrue();
        } finally {
            over.set(true);
        }
    }

    @Test
    void runsNoFurtherStepOfACallThatIsCancelled() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        List<Object> ran = new CopyOnWriteArrayList<>();
        bind("step-early", exchange -> entered.countDown());
        bind(
                "step-late",
                exchange -> ran.add(exchange.getMessage().getBody(Map.class).get("who")));
        write("late", """
                - route:
                    id: late
                    from:
                      uri: tool:late
                      parameters:
                        description: Waits without a thread, then does something
                        parameters:
                          properties: {who: {type: string}}
                      steps:
                        - process: {ref: step-early}
                        - delay: {expression: {constant: "2000"}}
                        - process: {ref: step-late}
                """);
        await().until(() -> catalogue().find("late").isPresent());
        ToolRun left = new ToolRun(catalogue().find("late").orElseThrow(), json("{\"who\":\"left\"}"));
        CompletableFuture<ToolOutcome> outcome = CompletableFuture.supplyAsync(() -> run(left));
        assertThat(entered.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

        left.cancel("nobody waits for it");

        assertThat(outcome.get(Patience.SECONDS, TimeUnit.SECONDS).isError()).isTrue();
        assertThat(call("late", "{\"who\":\"stayed\"}").isError()).isFalse();
        assertThat(ran).containsExactly("stayed");
    }

    @Test
    void doesNotEvenStartACallThatIsCancelledAlready() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        tool("count", exchange -> runs.incrementAndGet());
        ToolRun run = new ToolRun(catalogue().find("count").orElseThrow(), json("{}"));
        run.cancel("nobody waits for it");

        assertThat(run(run).isError()).isTrue();
        assertThat(runs).hasValue(0);
    }

    @Test
    void isOnlyForCallsOfModels() {
        assertThatThrownBy(() -> app.app().context().createProducerTemplate().requestBody("tool:order_status", "{}"))
                .rootCause()
                .hasMessageContaining("io.caravan.tool.ToolRun");
    }

    @Test
    void hasAnExampleThatTheDemoShows() {
        app.close();
        app = TestApp.in(workDir).ollama(model).routes(Path.of("examples")).start();

        assertThat(catalogue().all()).extracting(OfferedTool::name).contains("order_status");
        assertThat(call("order_status", "{\"order\":\"4711\"}").text()).contains("arrives tomorrow");
        assertThat(call("order_status", "{\"order\":\"4712\"}").text()).contains("on Friday");
        assertThat(call("order_status", "{\"order\":\"1\"}").text()).isEqualTo("There is no order 1.");
        assertThat(call("order_status", "{}").isError()).isTrue();
    }

    @Test
    void isCalledByAModelThatIsAskedForIt() {
        app.close();
        app = TestApp.in(workDir).ollama(model).routes(Path.of("examples")).start();
        try (ChatClient client = app.connect()) {
            List<JsonNode> events = client.chat("r1", "Where is order 4711?").all("r1");

            assertThat(events)
                    .filteredOn(event -> event.at("/chunk/type").asText().equals("tool_result"))
                    .singleElement()
                    .satisfies(event ->
                            assertThat(event.at("/chunk/data/result").asText()).contains("arrives tomorrow"));
            assertThat(ChatClient.text(events)).contains("arrives tomorrow");
        }
    }

    /** A tool without parameters, which does this. */
    private void tool(String name, Processor step) throws IOException {
        bind("step-" + name, step);
        write(name, """
                - route:
                    id: %1$s
                    from:
                      uri: tool:%1$s
                      parameters:
                        description: For a test
                        parameters:
                          additionalProperties: false
                      steps:
                        - process:
                            ref: step-%1$s
                """.formatted(name));
        await().until(() -> catalogue().find(name).isPresent());
    }

    private void bind(String name, Processor step) {
        app.app().context().getRegistry().bind(name, Processor.class, step);
    }

    private List<ToolDefinition> tools() {
        return app.app().parts().routeTools().tools();
    }

    private ToolCatalogue catalogue() {
        return new ToolCatalogue(List.of(app.app().parts().routeTools()), new NamePatterns(List.of()));
    }

    private ToolOutcome call(String name, String arguments) {
        return run(new ToolRun(catalogue().find(name).orElseThrow(), json(arguments)));
    }

    private ToolOutcome run(ToolRun run) {
        return app.app()
                .context()
                .createProducerTemplate()
                .requestBody(run.tool().source().endpoint(run.tool().definition()), run, ToolOutcome.class);
    }

    private void write(String name, String text) throws IOException {
        Path whole = Files.writeString(workDir.resolve(name), text);
        Files.move(whole, routes.resolve(name + ".camel.yaml"), REPLACE_EXISTING, ATOMIC_MOVE);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
