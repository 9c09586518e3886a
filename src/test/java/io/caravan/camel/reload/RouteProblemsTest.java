package io.caravan.camel.reload;

import static io.caravan.camel.reload.LiveCamel.answering;
import static io.caravan.camel.reload.LiveCamel.route;
import static io.caravan.camel.reload.LiveCamel.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.testing.CapturedLog;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteProblemsTest {

    @TempDir
    private Path folder;

    @Test
    void keepsTheLastGoodVersionOfAFileThatIsNotYaml() throws Exception {
        assertRefused("- route:\n    id: chat\n    from: [\n", 4, "not valid YAML");
    }

    @Test
    void keepsTheLastGoodVersionOfAFileThatIsEmpty() throws Exception {
        assertRefused("\n", 0, "the file is empty");
    }

    @Test
    void namesTheLineOfAnUnknownStep() throws Exception {
        assertRefused(route("chat", "direct:chat", "log: x", "nonsense: {}"), 7, "Unknown node id: nonsense");
    }

    @Test
    void namesTheLineOfAnUnknownOption() throws Exception {
        assertRefused(
                route(
                        "chat",
                        "direct:chat",
                        "log: x",
                        "to:\n            uri: \"log:x\"\n            parameters:\n              shawAll: secret"),
                10,
                "route chat: `log` has no option `shawAll`");
    }

    @Test
    void namesTheLineOfAnUnknownOptionThatHttpWouldSendToTheServer() throws Exception {
        assertRefused(
                route(
                        "chat",
                        "direct:chat",
                        "to:\n            uri: \"http://localhost:1/x\"\n            parameters:\n              httpMethod: POST\n              throwExceptionOnFailur: \"false\""),
                10,
                "route chat: `http` has no option `throwExceptionOnFailur`"
                        + " (a query parameter is set with the header CamelHttpQuery)");
    }

    @Test
    void namesTheComponentThatIsMissing() throws Exception {
        assertRefused(route("chat", "direct:chat", "to: \"nowhere:x\""), 1, "nowhere");
    }

    @Test
    void namesTheBeanThatIsMissing() throws Exception {
        assertRefused(route("chat", "direct:chat", "to: \"bean:nobody\""), 1, "nobody");
    }

    @Test
    void refusesAnIdThatAnotherFileHas() throws Exception {
        answering(folder, "other", "other");
        assertRefused(
                route("chat", "direct:chat", "log: x") + route("other", "direct:other2", "log: x"),
                7,
                "the id `other` is already taken in " + folder.resolve("other.camel.yaml"));
    }

    @Test
    void refusesADirectNameThatAnotherRouteReadsFrom() throws Exception {
        answering(folder, "other", "other");
        assertRefused(route("chat", "direct:other", "log: x"), 1, "`direct:other` is already taken in");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- route: {from: {uri: 'direct:x', steps: []}}|`route` needs an `id`",
                "- from: {uri: 'direct:x', steps: []}|`from` stands inside `- route:`",
                "- rest: {path: /x}|`rest` is not taken here",
                "- rout: {id: x}|`rout` is not taken here",
                "route: {id: x}|a route file is a list",
                "- route: {id: 'a~b', from: {uri: 'direct:x', steps: []}}|holds a `~`",
            })
    void refusesWhatARouteFileCannotHold(String text, String cause) throws Exception {
        assertRefused(text, 1, cause);
    }

    @Test
    void failsTheStartWithTheLineOfABrokenFile() throws Exception {
        write(folder, "chat", route("chat", "direct:chat", "nonsense: {}"));

        assertThatThrownBy(() -> LiveCamel.of(folder).start())
                .isInstanceOf(RouteFileException.class)
                .hasMessage(folder.resolve("chat.camel.yaml") + ":6: Unknown node id: nonsense");
    }

    @Test
    void explainsAStartThatFailsForAnOption() throws Exception {
        write(folder, "in-x", route("in-x", "timer:x?perod=1", "log: x"));
        write(
                folder,
                "chat",
                route(
                        "chat",
                        "direct:chat",
                        "to:\n            uri: \"http://localhost:1/x\"\n            parameters:\n              q: 1"));
        LiveCamel camel = LiveCamel.of(folder);

        Throwable failure = catchThrowable(camel::start);

        assertThat(camel.routes.explain(failure))
                .hasValueSatisfying(problem -> assertThat(problem.message())
                        .isEqualTo(folder.resolve("chat.camel.yaml") + ":9: route chat: `http` has no option `q`"
                                + " (a query parameter is set with the header CamelHttpQuery)"));
        camel.close();
    }

    @Test
    void warnsOfADoorThatHandlesNoErrors() throws Exception {
        write(folder, "in-x", route("in-x", "seda:x", "log: x"));
        answering(folder, "chat", "x");

        try (LiveCamel camel = LiveCamel.of(folder).start()) {
            assertThat(camel.routes.warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning.message())
                            .startsWith(folder.resolve("in-x.camel.yaml") + ":1: route in-x has no error handler"));
        }
    }

    @Test
    void warnsOnceOfADirectNameThatNoRouteReadsFrom() throws Exception {
        write(
                folder,
                "chat",
                route(
                        "chat",
                        "direct:chat",
                        "to: direct:typo",
                        "to: direct:typo",
                        "wireTap:\n            uri: direct\n            parameters:\n              name: tapped",
                        "toD: direct:${body}",
                        "to: direct:known?timeout=1"));
        answering(folder, "known", "x");

        try (LiveCamel camel = LiveCamel.of(folder).start()) {
            assertThat(camel.routes.warnings())
                    .extracting(RouteProblem::message)
                    .satisfiesExactly(
                            warning -> assertThat(warning)
                                    .startsWith(folder.resolve("chat.camel.yaml") + ":6: ")
                                    .contains("chat sends to direct:typo"),
                            warning -> assertThat(warning).contains("chat sends to direct:tapped"));

            answering(folder, "typo", "x");
            answering(folder, "tapped", "x");

            await().untilAsserted(() -> assertThat(camel.routes.warnings()).isEmpty());
        }
    }

    @Test
    void saysWhetherAnythingOfARefusedFileRuns() throws Exception {
        answering(folder, "chat", "good");

        try (CapturedLog log = CapturedLog.listen();
                LiveCamel camel = LiveCamel.of(folder).start()) {
            write(folder, "chat", "\n");
            write(folder, "another", "\n");

            await().until(() -> camel.routes.problems().size() == 2);
            assertThat(log.await(LiveRoutes.class.getName(), "chat.camel.yaml")).contains("; what ran before runs on");
            assertThat(log.await(LiveRoutes.class.getName(), "another.camel.yaml"))
                    .contains("; nothing of it runs");
        }
    }

    private static Throwable catchThrowable(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return org.assertj.core.api.Assertions.catchThrowable(call);
    }

    private void assertRefused(String text, int line, String cause) throws Exception {
        answering(folder, "chat", "good");
        answering(folder, "bystander", "one");

        try (LiveCamel camel = LiveCamel.of(folder).start()) {
            write(folder, "chat", text);
            answering(folder, "bystander", "two");

            await().until(() -> camel.ask("direct:bystander").equals("two"));
            await().until(() -> !camel.routes.problems().isEmpty());
            assertThat(camel.ask("direct:chat")).isEqualTo("good");
            assertThat(camel.routes.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.message())
                        .startsWith(folder.resolve("chat.camel.yaml") + (line > 0 ? ":" + line : "") + ": ")
                        .contains(cause)
                        .doesNotContain("\n", "secret");
            });

            answering(folder, "chat", "mended");

            await().until(() -> camel.ask("direct:chat").equals("mended"));
            await().until(() -> camel.routes.problems().isEmpty());
        }
    }
}
