package io.caravan.camel.reload;

import static io.caravan.camel.reload.LiveCamel.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.camel.tool.ToolComponent;
import io.caravan.chat.Tool;
import io.caravan.testing.Patience;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.RouteTools;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes that are tools, as their files come, change and go. */
class ToolRoutesTest {

    @TempDir
    private Path folder;

    private final RouteTools tools = new RouteTools();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private LiveCamel camel;

    @BeforeEach
    void start() throws Exception {
        write(folder, "clock", tool("clock", "description: Tells the time", "one"));
        camel = LiveCamel.of(folder);
        camel.context.getRegistry().bind("tool", new ToolComponent(tools, threads));
        camel.start();
    }

    @AfterEach
    void stop() throws Exception {
        camel.close();
        threads.shutdownNow();
    }

    @Test
    void isOfferedFromItsSaveToItsDeletion() throws Exception {
        assertThat(tools.tools()).extracting(ToolDefinition::name).containsExactly("clock");

        write(folder, "almanac", tool("almanac", "description: Knows the days", "Friday"));
        await().until(() -> tools.tools().size() == 2);
        assertThat(call("almanac")).isEqualTo(ToolOutcome.of("Friday"));

        Files.delete(folder.resolve("almanac.camel.yaml"));
        await().until(() -> tools.tools().size() == 1);
        assertThat(call("almanac")).isEqualTo(ToolOutcome.error("The tool is not there any more."));
    }

    @Test
    void saysWhatItIsAgainWithEachSave() throws Exception {
        List<ToolDefinition> before = tools.tools();
        write(folder, "clock", tool("clock", "description: Tells the time", "two"));
        await().until(() -> call("clock").text().equals("two"));
        assertThat(tools.tools()).isSameAs(before);

        write(folder, "clock", tool("clock", "description: Tells the hour", "two"));

        await().until(() -> tools.tools().get(0).description().equals("Tells the hour"));
        assertThat(tools.tools()).hasSize(1);
    }

    @Test
    void finishesACallOnTheVersionItBeganWith() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Processor gate = exchange -> go.await();
        camel.context.getRegistry().bind("gate", gate);
        write(
                folder,
                "clock",
                tool("clock", "description: Tells the time", "old").replace("steps:\n", """
                        steps:
                                - to: bean:gate
                        """));
        await().until(() -> camel.context.getRoutes().get(0).getId().contains("~"));
        CompletableFuture<ToolOutcome> slow = CompletableFuture.supplyAsync(() -> call("clock"), threads);
        await().until(() -> camel.context.getInflightRepository().size() > 0);

        write(folder, "clock", tool("clock", "description: Tells the hour", "new"));
        await().until(() -> tools.tools().get(0).description().equals("Tells the hour"));
        assertThat(call("clock")).isEqualTo(ToolOutcome.of("new"));

        assertThat(slow).isNotDone();
        go.countDown();
        assertThat(slow.get(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo(ToolOutcome.of("old"));
    }

    @Test
    void losesNoCallWhileItIsReplaced() throws Exception {
        ConcurrentLinkedQueue<ToolOutcome> outcomes = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i < 8; i++) {
            threads.execute(() -> {
                while (!over.get()) {
                    outcomes.add(call("clock"));
                }
            });
        }
        for (int round = 0; round < 5; round++) {
            String answer = "round" + round;
            write(folder, "clock", tool("clock", "description: Tells the time " + round, answer));
            await().until(() -> outcomes.contains(ToolOutcome.of(answer)));
        }
        over.set(true);

        assertThat(outcomes.stream().filter(ToolOutcome::isError)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "title: Clock|5|the tool `clock` has no `description`",
                "description: ''|5|the tool `clock` has no `description`",
                "description: x\\n        nonsense: secret|8|`tool` has no option `nonsense`",
                "description: x\\n        readOnly: maybe|8|`readOnly` is true or false",
                "description: x\\n        parameters: '{'|8|`parameters` is neither plain YAML nor JSON that can be read",
                "description: x\\n        parameters: {type: string}|8|`parameters` has to be a JSON Schema of `type: object`",
                "description: x\\n        parameters: [a]|8|`parameters` is no JSON Schema: it has to be a JSON object",
                "description: x\\n        parameters:\\n          properties:\\n            a: {type: strin}"
                        + "|8|`parameters` is no JSON Schema",
                "description: x\\n        output: {type: object, required: a}|8|`output` is no JSON Schema",
                "description: x\\n        parameters: {properties: {a: {$ref: 'http://127.0.0.1:1/s'}}}"
                        + "|8|`parameters` is no JSON Schema that can be used",
            })
    void keepsTheLastGoodVersionOfATool(String parameters, int line, String cause) throws Exception {
        assertRefused(tool("clock", parameters.replace("\\n", "\n"), "two"), line, cause);
    }

    @Test
    void refusesAToolThatSaysNothing() throws Exception {
        assertRefused(LiveCamel.route("clock", "tool:clock", "log: x"), 4, "the tool `clock` has no `description`");
    }

    @Test
    void refusesANameThatNotEveryModelTakes() throws Exception {
        assertRefused(
                tool("clock", "description: x", "two").replace("tool:clock", "tool:the.clock"),
                5,
                "a tool's name is of letters, digits, _ and -");
    }

    @Test
    void refusesANameThatAnotherRouteHas() throws Exception {
        write(folder, "other", tool("clock", "description: x", "two").replace("id: clock", "id: other"));

        await().until(() -> !camel.routes.problems().isEmpty());
        assertThat(camel.routes.problems().get(0).message())
                .startsWith(folder.resolve("other.camel.yaml") + ":1: `tool:clock` is already taken in");
        assertThat(call("clock")).isEqualTo(ToolOutcome.of("one"));
    }

    @Test
    void namesTheLineOfAMistakeBehindASchemaOfSeveralLines() throws Exception {
        assertRefused(tool("clock", """
                        description: >
                                    folded
                                    text
                                parameters:
                                  type: object
                                  # each of them
                                  properties: {}
                                output: |
                                  {"type": "object"}

                                title: it's me""", "two") + "        - nonsense: {}\n", 21, "Unknown node id: nonsense");
    }

    @Test
    void keepsTheVersionThatRunsWhereTheNextDoesNotStartUntilItsFileIsDeleted() throws Exception {
        camel.context.getRegistry().bind("starting", new Starting());
        write(folder, "clock", starting("clock", "description: Tells the hour", "two"));
        await().until(() -> !camel.routes.problems().isEmpty());

        assertThat(call("clock")).isEqualTo(ToolOutcome.of("one"));
        assertThat(tools.tools()).extracting(ToolDefinition::description).containsExactly("Tells the time");
        await().until(() -> camel.running().equals(List.of("clock")));
        assertThat(call("clock")).isEqualTo(ToolOutcome.of("one"));

        Files.delete(folder.resolve("clock.camel.yaml"));
        await().until(() -> tools.tools().isEmpty());
        await().until(() -> camel.running().isEmpty());
    }

    @Test
    void triesAVersionThatDidNotStartAgainWithTheNextSaveOfAnyFile() throws Exception {
        Starting starting = new Starting();
        camel.context.getRegistry().bind("starting", starting);
        write(folder, "clock", starting("clock", "description: Tells the hour", "two"));
        write(folder, "almanac", starting("almanac", "description: Knows the days", "Friday"));
        await().until(() -> camel.routes.problems().size() == 2);
        await().until(() -> camel.running().equals(List.of("clock")));
        starting.fails = false;

        write(folder, "other", tool("other", "description: Another", "other"));

        await().until(() -> call("clock").text().equals("two"));
        assertThat(call("almanac")).isEqualTo(ToolOutcome.of("Friday"));
        await().until(() -> camel.routes.problems().isEmpty());
        await().until(() -> camel.running().size() == 3);
    }

    /** A version that can be made and does not start, as long as the policy says so. */
    private static String starting(String name, String parameters, String answer) {
        return tool(name, parameters, answer)
                .replace("    description: A tool", "    description: A tool\n    routePolicy: starting");
    }

    private static final class Starting extends RoutePolicySupport {

        private volatile boolean fails = true;

        @Override
        public void onStart(Route route) {
            if (fails) {
                throw new IllegalStateException("not today");
            }
        }
    }

    @Test
    void needsNoErrorHandler() {
        assertThat(camel.routes.warnings()).isEmpty();
    }

    private void assertRefused(String text, int line, String cause) throws Exception {
        write(folder, "clock", text);

        await().until(() -> !camel.routes.problems().isEmpty());
        assertThat(camel.routes.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .startsWith(folder.resolve("clock.camel.yaml") + ":" + line + ": ")
                        .contains(cause)
                        .doesNotContain("\n", "secret"));
        assertThat(call("clock")).isEqualTo(ToolOutcome.of("one"));

        write(folder, "clock", tool("clock", "description: Tells the time", "mended"));
        await().until(() -> call("clock").text().equals("mended"));
        await().until(() -> camel.routes.problems().isEmpty());
    }

    private ToolOutcome call(String name) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        ToolDefinition tool = tools.tools().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseGet(() -> tools.tools().get(0));
        ToolRun run = new ToolRun(
                new OfferedTool(new Tool(name, "", json.objectNode()), tools, tool, false), json.objectNode());
        return camel.messages.requestBody("tool:" + name, run, ToolOutcome.class);
    }

    private static String tool(String name, String parameters, String answer) {
        return """
                - route:
                    id: %s
                    description: A tool
                    from:
                      uri: tool:%s
                      parameters:
                        %s
                      steps:
                        - setBody:
                            constant: "%s"
                """.formatted(name, name, parameters, answer);
    }
}
