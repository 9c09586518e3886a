package io.caravan;

import static io.caravan.testing.ScriptedMcp.answers;
import static io.caravan.testing.ScriptedMcp.dies;
import static io.caravan.testing.ScriptedMcp.diesInTheMiddle;
import static io.caravan.testing.ScriptedMcp.json;
import static io.caravan.testing.ScriptedMcp.page;
import static io.caravan.testing.ScriptedMcp.raw;
import static io.caravan.testing.ScriptedMcp.says;
import static io.caravan.testing.ScriptedMcp.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.mcp.McpServer;
import io.caravan.testing.Patience;
import io.caravan.testing.ScriptedMcp;
import io.caravan.testing.ScriptedMcp.Era;
import io.caravan.testing.TestApp;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The tools of MCP servers in the running program, and what goes wrong with them. */
class McpServersTest {

    @TempDir
    Path workDir;

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsAToolAndReadsItsAnswerInOnePiece(Era era) {
        TestApp app = app(server(era).tool("hello", says("hé")).url());

        assertThat(call(app, "hello", "{}")).isEqualTo(ToolOutcome.of("hé"));
    }

    @ParameterizedTest
    @EnumSource
    void callsAToolAndReadsItsAnswerFromAStream(Era era) {
        TestApp app = app(server(era).streams().tool("hello", says("hé")).url());

        assertThat(call(app, "hello", "{}")).isEqualTo(ToolOutcome.of("hé"));
    }

    @ParameterizedTest
    @CsvSource({"SESSION,2025-11-25", "STATELESS,2026-07-28"})
    void speaksTheRevisionThatTheServerSpeaks(Era era, String revision) {
        TestApp app = app(server(era).tool("hello", says("x")).url());

        await().until(() -> mcp(app).state().up());
        assertThat(mcp(app).state().revision()).isEqualTo(revision);
        assertThat(app.metric("caravan_mcp_server_up", "mcp_server=\"box\"")).isOne();
        assertThat(app.metric("caravan_mcp_server_tools", "mcp_server=\"box\"")).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void sendsItsHeadersWithEachRequest(Era era) {
        ScriptedMcp server = server(era).tool("hello", says("x"));
        TestApp app = app(server.url(), "headers.Authorization=Bearer secret");

        call(app, "hello", "{}");

        assertThat(server.got())
                .hasSizeGreaterThan(2)
                .allSatisfy(got -> assertThat(got.header("Authorization")).contains("Bearer secret"));
    }

    @ParameterizedTest
    @EnumSource
    void countsEachCallWithItsOutcomeAndNotItsArguments(Era era) {
        TestApp app = app(server(era)
                .tool("hello", answers("{\"content\":[{\"type\":\"text\",\"text\":\"no\"}],\"isError\":true}"))
                .url());

        ToolOutcome outcome = call(app, "hello", "{\"word\":\"confidential\"}");

        assertThat(outcome).isEqualTo(ToolOutcome.error("no"));
        assertThat(app.metric("mcp_client_operation_duration_seconds_count", "error_type=\"tool_error\""))
                .isOne();
        assertThat(app.manage("/observe/metrics").body()).doesNotContain("confidential");
    }

    @ParameterizedTest
    @EnumSource
    void findsAServerThatWasDownAtTheStartWhenItComes(Era era) {
        int port = TestApp.freePort();
        TestApp app = app(URI.create("http://127.0.0.1:" + port + "/mcp"));
        await().until(() -> mcp(app).state().problem().orElse("").contains("nothing listens"));
        assertThat(mcp(app).tools()).isEmpty();

        keep(ScriptedMcp.start(era, port)).tool("hello", says("there"));

        assertThat(call(app, "hello", "{}")).isEqualTo(ToolOutcome.of("there"));
    }

    @ParameterizedTest
    @EnumSource
    void losesTheToolsOfAServerThatGoesAway(Era era) {
        ScriptedMcp server = server(era).tool("hello", says("x"));
        TestApp app = app(server.url());
        ToolRun run = run(app, "hello", "{}");
        server.close();

        ToolOutcome outcome = call(app, run);

        assertThat(outcome.isError()).isTrue();
        assertThat(outcome.text()).contains("box").contains("nothing listens");
        await().untilAsserted(() -> assertThat(mcp(app).tools()).isEmpty());
        assertThat(app.metric("caravan_mcp_server_up", "")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void makesNoSecondCallWhereTheFirstMayHaveWorked(Era era) {
        ScriptedMcp server = server(era).tool("pay", dies()).tool("order", diesInTheMiddle());
        TestApp app = app(server.url());

        assertThat(call(app, "pay", "{}").isError()).isTrue();
        assertThat(call(app, "order", "{}").isError()).isTrue();
        assertThat(server.got("tools/call")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void makesACallThatOnlyReadsOnceMore(Era era) {
        AtomicInteger calls = new AtomicInteger();
        ObjectNode tool = tool("look");
        tool.putObject("annotations").put("readOnlyHint", true);
        ScriptedMcp server = server(era)
                .tool(
                        tool,
                        (http, request) -> calls.incrementAndGet() == 1
                                ? diesInTheMiddle().play(http, request)
                                : says("seen").play(http, request));
        TestApp app = app(server.url());

        assertThat(call(app, "look", "{}")).isEqualTo(ToolOutcome.of("seen"));
        assertThat(server.got("tools/call")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheServerWhenTheTimeOfACallIsOver(Era era) {
        ScriptedMcp server = server(era);
        server.tool("sleep", server.hangs());
        TestApp app = app(server.url(), "timeout=300ms");

        ToolOutcome outcome = call(app, "sleep", "{}");

        assertThat(outcome).isEqualTo(ToolOutcome.error("box gave no answer within 300ms"));
        assertCancelled(era, server);
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheServerWhenACallIsCancelled(Era era) throws Exception {
        ScriptedMcp server = server(era);
        server.tool("sleep", server.hangs());
        TestApp app = app(server.url());
        ToolRun run = run(app, "sleep", "{}");
        CompletableFuture<ToolOutcome> outcome = CompletableFuture.supplyAsync(() -> call(app, run));
        await().until(() -> !server.got("tools/call").isEmpty());

        run.cancel("the caller has left");

        assertThat(outcome.get().text()).contains("the caller has left");
        assertCancelled(era, server);
    }

    private static void assertCancelled(Era era, ScriptedMcp server) {
        await().untilAsserted(() -> assertThat(server.left()).isOne());
        if (era == Era.SESSION) {
            await().untilAsserted(() -> assertThat(server.got("notifications/cancelled"))
                    .singleElement()
                    .satisfies(got -> assertThat(got.message().at("/params/requestId"))
                            .isEqualTo(server.got("tools/call").get(0).message().get("id"))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatCameInPlaceOfAnAnswer(Era era) {
        ScriptedMcp server = server(era)
                .tool("page", raw(200, "text/html", "<html>Welcome</html>"))
                .tool("rubbish", raw(200, "application/json", "{\"jsonrpc\": oops"))
                .tool("gone", raw(500, "text/plain", "stack trace"))
                .tool("unknown", raw(200, "application/json", "[]"));
        TestApp app = app(server.url(), "timeout=2s");

        for (String tool : List.of("page", "rubbish", "gone", "unknown")) {
            ToolOutcome outcome = call(app, tool, "{}");

            assertThat(outcome.isError()).as(tool).isTrue();
            assertThat(outcome.text()).as(tool).contains("box").doesNotContain("Welcome", "oops", "stack trace");
        }
        assertThat(mcp(app).state().up()).isTrue();
    }

    @Test
    void findsNoServerBehindAnHtmlPage() {
        ScriptedMcp server = server(Era.SESSION).everything(raw(200, "text/html", "<html>Welcome</html>"));
        TestApp app = app(server.url(), "timeout=1s");

        await().untilAsserted(() -> assertThat(mcp(app).state().problem().orElse(""))
                .contains("box")
                .contains("text/html"));
        assertThat(mcp(app).tools()).isEmpty();
    }

    @Test
    void saysThatTheServerDoesNotLetUsIn() {
        ScriptedMcp server = server(Era.SESSION).everything(raw(401, "application/json", "{}"));
        TestApp app = app(server.url());

        await().untilAsserted(
                        () -> assertThat(mcp(app).state().problem()).contains("box does not let us in: status 401"));
    }

    @ParameterizedTest
    @CsvSource({"400", "404"})
    void renewsASessionThatTheServerHasLostOnce(int status) {
        ScriptedMcp server = server(Era.SESSION).tool("hello", says("x"));
        TestApp app = app(server.url());
        ToolRun run = run(app, "hello", "{}");
        server.forget(status);

        assertThat(call(app, run)).isEqualTo(ToolOutcome.of("x"));
        assertThat(server.got("initialize")).hasSize(2);
    }

    @Test
    void renewsASessionForAllCallsThatFindItLost() {
        ScriptedMcp server = server(Era.SESSION).tool("hello", says("x"));
        TestApp app = app(server.url(), "refresh=1h");
        ToolRun run = run(app, "hello", "{}");
        server.forget(404);

        List<CompletableFuture<ToolOutcome>> calls = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> call(app, run)))
                .toList();

        assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(ToolOutcome.of("x")));
        assertThat(server.got("initialize")).hasSize(2);
    }

    @Test
    void letsCallsEndThatAreUnderWayWhereASessionIsRenewed() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        ScriptedMcp server = server(Era.SESSION).tool("hello", says("x")).tool("slow", (http, request) -> {
            await().until(() -> done.getCount() == 0);
            return says("y").play(http, request);
        });
        TestApp app = app(server.url(), "refresh=1h");
        ToolRun slow = run(app, "slow", "{}");
        CompletableFuture<ToolOutcome> underWay = CompletableFuture.supplyAsync(() -> call(app, slow));
        await().until(() -> !server.got("tools/call").isEmpty());

        server.forget(404);
        assertThat(call(app, "hello", "{}")).isEqualTo(ToolOutcome.of("x"));
        done.countDown();

        assertThat(underWay.get()).isEqualTo(ToolOutcome.of("y"));
        assertThat(server.got("initialize")).hasSize(2);
        await().until(() -> server.ends() > 0);
    }

    @ParameterizedTest
    @EnumSource
    void hearsThatTheToolsHaveChanged(Era era) throws IOException {
        ScriptedMcp server = server(era).tool("old", says("x"));
        TestApp app = app(server.url());
        await().until(() -> server.listeners() > 0 && !mcp(app).tools().isEmpty());
        server.tool("new", says("y"));

        server.changed();

        assertThat(call(app, "new", "{}")).isEqualTo(ToolOutcome.of("y"));
    }

    @ParameterizedTest
    @EnumSource
    void asksForTheToolsAgainAndAgain(Era era) {
        ScriptedMcp server = server(era).tool("old", says("x"));
        TestApp app = app(server.url(), "refresh=50ms");
        await().until(() -> !mcp(app).tools().isEmpty());
        List<ToolDefinition> before = mcp(app).tools();
        int asked = server.got("tools/list").size();
        await().until(() -> server.got("tools/list").size() > asked + 1);

        assertThat(mcp(app).tools()).isSameAs(before);
        server.tool("new", says("y"));
        await().untilAsserted(() -> assertThat(mcp(app).tools()).hasSize(2));
    }

    @ParameterizedTest
    @EnumSource
    void followsACursorThatIsAnEmptyText(Era era) {
        ScriptedMcp server = server(era)
                .lists(cursor -> cursor.isEmpty()
                        ? page(List.of(tool("one")), Optional.of(""))
                        : page(List.of(tool("two")), Optional.empty()));
        TestApp app = app(server.url());

        await().untilAsserted(() -> assertThat(names(app)).containsExactly("one", "two"));
        assertThat(mcp(app).state().problem()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void stopsAtACursorThatLeadsNowhere(Era era) {
        ScriptedMcp server = server(era).lists(cursor -> page(List.of(tool("one")), Optional.of("again")));
        TestApp app = app(server.url());

        await().untilAsserted(() -> assertThat(names(app)).containsExactly("one"));
        assertThat(mcp(app).state().problem().orElse("")).contains("does not end");
    }

    @ParameterizedTest
    @EnumSource
    void stopsAtPagesWithoutEnd(Era era) {
        AtomicInteger pages = new AtomicInteger();
        ScriptedMcp server =
                server(era).lists(cursor -> page(List.of(tool("one")), Optional.of("page-" + pages.incrementAndGet())));
        TestApp app = app(server.url());

        await().untilAsserted(() -> assertThat(names(app)).containsExactly("one"));
        assertThat(pages).hasValueLessThanOrEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource
    void keepsAThousandOfTenThousandTools(Era era) {
        List<ObjectNode> tools =
                IntStream.range(0, 10_000).mapToObj(i -> tool("tool-" + i)).toList();
        TestApp app =
                app(server(era).lists(cursor -> page(tools, Optional.empty())).url());

        await().untilAsserted(() -> assertThat(mcp(app).tools()).hasSize(1_000));
        assertThat(mcp(app).state().problem().orElse("")).contains("caravan.mcp.box.tools");
    }

    @ParameterizedTest
    @EnumSource
    void findsTheOnesThatAreWantedAmongTenThousand(Era era) {
        List<ObjectNode> tools =
                IntStream.range(0, 10_000).mapToObj(i -> tool("tool-" + i)).toList();
        TestApp app =
                app(server(era).lists(cursor -> page(tools, Optional.empty())).url(), "tools=tool-9999, tool-777*");

        await().untilAsserted(() -> assertThat(mcp(app).tools()).hasSize(12));
        assertThat(mcp(app).state().problem()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void hidesToolsThatRunOnlyAsTasks(Era era) {
        ObjectNode task = tool("task");
        task.putObject("execution").put("taskSupport", "required");
        ObjectNode either = tool("either");
        either.putObject("execution").put("taskSupport", "optional");
        TestApp app = app(server(era)
                .lists(cursor -> page(List.of(task, either), Optional.empty()))
                .url());

        await().untilAsserted(() -> assertThat(names(app)).containsExactly("either"));
    }

    @ParameterizedTest
    @EnumSource
    void takesSchemasThatReferToThemselves(Era era) {
        ObjectNode tree = tool("tree");
        tree.set(
                "inputSchema",
                json("{\"type\":\"object\",\"properties\":{\"left\":{\"$ref\":\"#\"}},"
                        + "\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}"));
        TestApp app = app(server(era).tool(tree, says("grown")).url());

        assertThat(call(app, "tree", "{\"left\":{}}")).isEqualTo(ToolOutcome.of("grown"));
    }

    @ParameterizedTest
    @EnumSource
    void cutsALongResultWithAMarkThatShows(Era era) {
        TestApp app = app(server(era).tool("read", says("é".repeat(500_000))).url(), "max-result=1KiB");

        ToolOutcome outcome = call(app, "read", "{}");

        assertThat(outcome.isError()).isFalse();
        assertThat(outcome.text()).hasSizeLessThan(600).endsWith("é\n[cut off here: 1024 of 1000000 bytes]");
    }

    @ParameterizedTest
    @EnumSource
    void readsNoResultOfFiftyMegabytes(Era era) {
        ScriptedMcp server =
                server(era).tool("dump", says("x".repeat(50 << 20))).tool("hello", says("y"));
        TestApp app = app(server.url());

        ToolOutcome outcome = call(app, "dump", "{}");

        assertThat(outcome.isError()).isTrue();
        assertThat(outcome.text()).hasSizeLessThan(400);
        assertThat(call(app, "hello", "{}")).isEqualTo(ToolOutcome.of("y"));
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheModelOfAnErrorOfTheProtocol(Era era) {
        ScriptedMcp server = server(era).lists(cursor -> page(List.of(tool("ghost")), Optional.empty()));
        TestApp app = app(server.url());

        assertThat(call(app, "ghost", "{}"))
                .isEqualTo(ToolOutcome.error("box answered with error -32602: Unknown tool"));
    }

    @Test
    void repeatsMarkedArgumentsInHeaders() {
        ObjectNode tool = tool("query");
        tool.set(
                "inputSchema",
                json(
                        "{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}}"));
        ObjectNode bad = tool("bad");
        bad.set(
                "inputSchema",
                json("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"x-mcp-header\":\"A\"}}}"));
        ScriptedMcp server = server(Era.STATELESS).tool(tool, says("x")).tool(bad, says("y"));
        TestApp app = app(server.url());

        call(app, "query", "{\"region\":\"Zürich\"}");

        assertThat(names(app)).containsExactly("query");
        assertThat(server.got("tools/call")).singleElement().satisfies(got -> {
            assertThat(got.header("Mcp-Name")).contains("query");
            assertThat(got.header("Mcp-Param-Region")).contains("=?base64?WsO8cmljaA==?=");
        });
    }

    @Test
    void givesBackTheStateOfAServerAndDeclinesForThePerson() {
        AtomicInteger calls = new AtomicInteger();
        ScriptedMcp server = server(Era.STATELESS)
                .tool(
                        "slow",
                        (http, request) -> calls.incrementAndGet() == 1
                                ? json("{\"resultType\":\"input_required\",\"requestState\":\"half\"}")
                                : says(request.at("/params/requestState").asText())
                                        .play(http, request))
                .tool(
                        "ask",
                        (http, request) -> request.at("/params/inputResponses").isMissingNode()
                                ? json("{\"resultType\":\"input_required\",\"inputRequests\":{\"a\":{\"method\":"
                                        + "\"elicitation/create\"}}}")
                                : says(request.at("/params/inputResponses/a/action")
                                                .asText())
                                        .play(http, request))
                .tool(
                        "think",
                        answers("{\"resultType\":\"input_required\",\"inputRequests\":{\"a\":{\"method\":"
                                + "\"sampling/createMessage\"}}}"));
        TestApp app = app(server.url());

        assertThat(call(app, "slow", "{}")).isEqualTo(ToolOutcome.of("half"));
        assertThat(server.got("tools/call"))
                .extracting(got -> got.message().path("id").asText())
                .doesNotHaveDuplicates()
                .hasSize(2);
        assertThat(call(app, "ask", "{}")).isEqualTo(ToolOutcome.of("decline"));
        assertThat(call(app, "think", "{}").text()).contains("wants input that Caravan does not give");
    }

    @Test
    void asksOnceMoreWhereTheServerTakesItsRefusalBack() {
        AtomicInteger requests = new AtomicInteger();
        ScriptedMcp server = server(Era.STATELESS).tool("hello", says("x"));
        server.everything((http, request) -> {
            if (requests.incrementAndGet() == 1) {
                return raw(
                                400,
                                "application/json",
                                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"error\":{\"code\":-32022,\"message\":\"no\","
                                        + "\"data\":{\"supported\":[\"2026-07-28\"]}}}")
                        .play(http, request);
            }
            return server.usual(http, request);
        });
        TestApp app = app(server.url());

        assertThat(call(app, "hello", "{}")).isEqualTo(ToolOutcome.of("x"));
        assertThat(server.got("initialize")).isEmpty();
    }

    @Test
    void stopsAtOnceWhileAServerHangs() {
        ScriptedMcp server = server(Era.STATELESS);
        server.everything(server.hangs());
        TestApp app = app(server.url(), "timeout=10m");
        await().until(() -> !server.got().isEmpty());

        assertThat(CompletableFuture.runAsync(app::close)).succeedsWithin(Patience.LONGEST);
    }

    @Test
    void givesAServerUpThatNeverAnswersAndTriesItAgain() throws IOException {
        ServerSocket silent = keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        AtomicInteger accepted = new AtomicInteger();
        Thread accepting = new Thread(() -> {
            try {
                for (; ; ) {
                    keep(silent.accept());
                    accepted.incrementAndGet();
                }
            } catch (IOException e) {
                // the test is over
            }
        });
        accepting.start();
        TestApp app = app(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/mcp"), "timeout=200ms");

        await().untilAsserted(
                        () -> assertThat(mcp(app).state().problem().orElse("")).contains("box"));
        int before = accepted.get();
        await().until(() -> accepted.get() > before);
    }

    @Test
    void givesAServerUpThatOnlyKeepsAStreamOpenAndTriesItAgain() {
        ScriptedMcp server = server(Era.SESSION).everything(raw(404, "text/plain", "no"));
        TestApp app = app(server.url(), "timeout=200ms");

        await().untilAsserted(
                        () -> assertThat(mcp(app).state().problem().orElse("")).contains("box"));
        int before = server.got().size();
        await().until(() -> server.got().size() > before);
    }

    @Test
    void endsACallThatWaitsForAServerToComeBack() {
        ScriptedMcp server = server(Era.SESSION).tool("hello", says("x"));
        TestApp app = app(server.url(), "timeout=10m");
        ToolRun first = run(app, "hello", "{}");
        ToolRun second = run(app, "hello", "{}");
        server.everything((http, request) -> request.path("method").asText().equals("initialize")
                ? server.hangs().play(http, request)
                : server.usual(http, request));
        server.forget(404);
        CompletableFuture<ToolOutcome> one = CompletableFuture.supplyAsync(() -> call(app, first));
        await().until(() -> server.got("initialize").size() > 1);
        CompletableFuture<ToolOutcome> other = CompletableFuture.supplyAsync(() -> call(app, second));

        second.cancel("the caller has left");
        first.cancel("nobody is there");

        assertThat(other)
                .succeedsWithin(Patience.LONGEST)
                .satisfies(outcome -> assertThat(outcome.text()).contains("the caller has left"));
        assertThat(one)
                .succeedsWithin(Patience.LONGEST)
                .satisfies(outcome -> assertThat(outcome.text()).contains("nobody is there"));
        assertThat(CompletableFuture.runAsync(mcp(app)::close)).succeedsWithin(Patience.LONGEST);
    }

    @ParameterizedTest
    @EnumSource
    void keepsItsToolsWhileTheirListIsLate(Era era) {
        AtomicBoolean late = new AtomicBoolean();
        ScriptedMcp server = server(era).tool("hello", says("x"));
        server.everything(
                (http, request) -> late.get() && request.path("method").asText().equals("tools/list")
                        ? server.hangs().play(http, request)
                        : server.usual(http, request));
        TestApp app = app(server.url(), "refresh=100ms", "timeout=400ms");
        ToolRun run = run(app, "hello", "{}");
        int sessions = server.got("initialize").size();

        late.set(true);

        await().untilAsserted(() ->
                assertThat(mcp(app).state().problem().orElse("")).contains("tools/list", "no answer within 400ms"));
        assertThat(mcp(app).state().up()).isTrue();
        assertThat(names(app)).containsExactly("hello");
        assertThat(call(app, run)).isEqualTo(ToolOutcome.of("x"));
        assertThat(server.got("initialize")).hasSize(sessions);
        late.set(false);
        await().untilAsserted(() -> assertThat(mcp(app).state().problem()).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void asksForTheToolsOnceASecondHoweverOftenTheyChange(Era era) throws IOException {
        ScriptedMcp server = server(era).tool("hello", says("x"));
        server.everything((http, request) -> {
            if (request.path("method").asText().equals("tools/list")) {
                server.changed();
            }
            return server.usual(http, request);
        });
        TestApp app = app(server.url());
        await().until(() -> server.listeners() > 0 && mcp(app).state().up());
        server.changed();

        await().until(() -> server.got("tools/list").size() > 1);
        long begun = System.nanoTime();
        int before = server.got("tools/list").size();
        await().until(() -> server.got("tools/list").size() >= before + 4);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(1500));
    }

    @ParameterizedTest
    @EnumSource
    void keepsNoConnectionOfACallThatNeverBeganToAnswer(Era era) {
        ScriptedMcp server = server(era);
        server.tool("sleep", (http, request) -> {
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            return server.hangs().play(http, request);
        });
        TestApp app = app(server.url(), "timeout=300ms");

        assertThat(call(app, "sleep", "{}").text()).contains("no answer within 300ms");
        assertThat(call(app, "sleep", "{}").text()).contains("no answer within 300ms");

        await().untilAsserted(() -> assertThat(server.left()).isEqualTo(2));
    }

    private ScriptedMcp server(Era era) {
        return keep(ScriptedMcp.start(era));
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.add(0, part);
        return part;
    }

    private TestApp app(URI url, String... own) {
        TestApp.Builder builder = TestApp.in(workDir)
                .ollama("ollama", URI.create("http://127.0.0.1:1"))
                .set("caravan.mcp.box.url=" + url);
        for (String setting : own) {
            builder.set("caravan.mcp.box." + setting);
        }
        return keep(builder.start());
    }

    private static McpServer mcp(TestApp app) {
        return app.app().parts().mcp().named("box");
    }

    private static List<String> names(TestApp app) {
        return mcp(app).tools().stream().map(ToolDefinition::name).toList();
    }

    /** A call of a tool, once it is there. */
    private static ToolRun run(TestApp app, String tool, String arguments) {
        return McpRuns.of(mcp(app), tool, arguments);
    }

    private static ToolOutcome call(TestApp app, String tool, String arguments) {
        return call(app, run(app, tool, arguments));
    }

    private static ToolOutcome call(TestApp app, ToolRun run) {
        return McpRuns.made(app, run);
    }
}
