package io.caravan.camel.reload;

import static io.caravan.camel.reload.LiveCamel.answering;
import static io.caravan.camel.reload.LiveCamel.route;
import static io.caravan.camel.reload.LiveCamel.write;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.testing.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Processor;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveRoutesTest {

    @TempDir
    private Path temporary;

    private Path shipped;
    private Path team;

    @BeforeEach
    void makeFolders() throws Exception {
        shipped = Files.createDirectory(temporary.resolve("shipped"));
        team = Files.createDirectory(temporary.resolve("team"));
    }

    @Test
    void runsTheRoutesOfAllFolders() throws Exception {
        answering(shipped, "chat", "shipped");
        answering(team, "tickets", "team");

        try (LiveCamel camel = LiveCamel.of(shipped, team).start()) {
            assertThat(camel.ask("direct:chat")).isEqualTo("shipped");
            assertThat(camel.ask("direct:tickets")).isEqualTo("team");
            assertThat(camel.running()).containsExactly("chat", "tickets");
        }
    }

    @Test
    void takesAFileOfAFurtherFolderForTheShippedOneOfTheSameNameUntilItIsGone() throws Exception {
        answering(shipped, "chat", "shipped");
        answering(team, "chat", "team");

        try (LiveCamel camel = LiveCamel.of(shipped, team).start()) {
            assertThat(camel.ask("direct:chat")).isEqualTo("team");

            Files.delete(team.resolve("chat.camel.yaml"));

            await().until(() -> camel.ask("direct:chat").equals("shipped"));
        }
    }

    @Test
    void keepsTheShippedRouteWhileTheFileThatWouldReplaceItIsBroken() throws Exception {
        answering(shipped, "chat", "shipped");

        try (LiveCamel camel = LiveCamel.of(shipped, team).start()) {
            write(team, "chat", route("chat", "direct:chat", "nonsense: {}"));
            await().until(() -> !camel.routes.problems().isEmpty());

            assertThat(camel.ask("direct:chat")).isEqualTo("shipped");
        }
    }

    @Test
    void takesASavedFileForTheNextMessage() throws Exception {
        answering(shipped, "chat", "one");

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            answering(shipped, "chat", "two");

            await().until(() -> camel.ask("direct:chat").equals("two"));
            await().until(() -> camel.running().size() == 1);
            assertThat(RouteIds.shown(camel.running().get(0))).isEqualTo("chat");
        }
    }

    @Test
    void leavesRoutesAloneThatSayTheSameAsBefore() throws Exception {
        write(
                shipped,
                "two",
                route("a", "direct:a", "setBody:\n            constant: one") + route("b", "direct:b", "log: x"));

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            write(
                    shipped,
                    "two",
                    "# A remark.\n" + route("a", "direct:a", "setBody: {constant: two}") + "\n"
                            + route("b", "direct:b", "log:  x # why"));

            await().until(() -> camel.ask("direct:a").equals("two"));
            assertThat(camel.running()).contains("b").noneMatch(id -> id.startsWith("b~"));
        }
    }

    @Test
    void followsFilesThatComeGoAndAreRenamed() throws Exception {
        answering(shipped, "chat", "one");

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            answering(shipped, "more", "more");
            await().ignoreExceptions().until(() -> camel.ask("direct:more").equals("more"));

            Files.move(shipped.resolve("more.camel.yaml"), shipped.resolve("less.camel.yaml"));
            answering(shipped, "last", "last");
            await().ignoreExceptions().until(() -> camel.ask("direct:last").equals("last"));
            assertThat(camel.ask("direct:more")).isEqualTo("more");
            await().until(() -> camel.routes.problems().isEmpty());

            Files.delete(shipped.resolve("less.camel.yaml"));
            await().untilAsserted(() -> assertThatThrownBy(() -> camel.ask("direct:more"))
                    .isInstanceOf(CamelExecutionException.class)
                    .hasCauseInstanceOf(DirectConsumerNotAvailableException.class)
                    .rootCause()
                    .hasMessageStartingWith("No route reads from direct:more"));
            await().until(() -> camel.running().equals(List.of("chat", "last")));
        }
    }

    @Test
    void takesAFileThatIsReplacedAtomically() throws Exception {
        answering(shipped, "chat", "one");

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            answering(temporary, "chat", "two");
            Files.setLastModifiedTime(
                    temporary.resolve("chat.camel.yaml"),
                    Files.getLastModifiedTime(shipped.resolve("chat.camel.yaml")));
            Files.move(
                    temporary.resolve("chat.camel.yaml"),
                    shipped.resolve("chat.camel.yaml"),
                    ATOMIC_MOVE,
                    REPLACE_EXISTING);

            await().until(() -> camel.ask("direct:chat").equals("two"));
        }
    }

    @Test
    void endsWithTheWholeFileWhereItIsWrittenInTwoHalves() throws Exception {
        answering(shipped, "chat", "one");
        String whole = route("chat", "direct:chat", "setBody:\n            constant: two", "log: done");
        int half = whole.indexOf("steps:");

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            write(shipped, "chat", whole.substring(0, half));
            await().until(() -> !camel.routes.problems().isEmpty());
            assertThat(camel.ask("direct:chat")).isEqualTo("one");

            Files.writeString(shipped.resolve("chat.camel.yaml"), whole.substring(half), StandardOpenOption.APPEND);

            await().until(() -> camel.ask("direct:chat").equals("two"));
            await().until(() -> camel.routes.problems().isEmpty());
        }
    }

    @Test
    void takesSeveralFilesSavedAtOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            answering(shipped, "r" + i, "one");
        }

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            for (int i = 0; i < 5; i++) {
                answering(shipped, "r" + i, "two");
            }

            for (int i = 0; i < 5; i++) {
                String endpoint = "direct:r" + i;
                await().until(() -> camel.ask(endpoint).equals("two"));
            }
        }
    }

    @Test
    void movesARouteFromOneFileToAnotherInWhicheverOrderTheyAreSaved() throws Exception {
        answering(shipped, "a", "a");
        String moved = route("m", "direct:m", "setBody:\n            constant: m");
        write(shipped, "b", moved);

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            Files.writeString(shipped.resolve("a.camel.yaml"), moved, StandardOpenOption.APPEND);
            await().until(() -> !camel.routes.problems().isEmpty());

            Files.delete(shipped.resolve("b.camel.yaml"));

            await().until(() -> camel.routes.problems().isEmpty());
            assertThat(camel.ask("direct:m")).isEqualTo("m");
        }
    }

    @Test
    void givesARoutesMessagesToTheNewNameItReadsFrom() throws Exception {
        answering(shipped, "chat", "one");

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            write(shipped, "chat", route("chat", "direct:other", "setBody:\n            constant: two"));

            await().ignoreExceptions().until(() -> camel.ask("direct:other").equals("two"));
            await().untilAsserted(() -> assertThatThrownBy(() -> camel.ask("direct:chat"))
                    .hasCauseInstanceOf(DirectConsumerNotAvailableException.class));
        }
    }

    @Test
    void runsRoutesWithTheNewestErrorHandlingTheyName() throws Exception {
        write(shipped, "failures", failures("first"));
        write(
                shipped,
                "chat",
                route(
                                "chat",
                                "direct:chat",
                                "throwException:\n            exceptionType: java.lang.IllegalStateException\n            message: no")
                        .replace("    from:", "    routeConfigurationId: failures\n    from:"));
        answering(shipped, "other", "untouched");

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            assertThat(camel.ask("direct:chat")).isEqualTo("first");

            write(shipped, "failures", failures("second"));

            await().until(() -> camel.ask("direct:chat").equals("second"));
            assertThat(camel.running()).contains("other").noneMatch(id -> id.startsWith("other~"));
        }
    }

    @Test
    void keepsErrorHandlingThatRoutesStillName() throws Exception {
        write(shipped, "failures", failures("first"));
        write(
                shipped,
                "chat",
                route(
                                "chat",
                                "direct:chat",
                                "throwException:\n            exceptionType: java.lang.IllegalStateException\n            message: no")
                        .replace("    from:", "    routeConfigurationId: failures\n    from:"));

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            Files.delete(shipped.resolve("failures.camel.yaml"));

            await().until(() -> !camel.routes.problems().isEmpty());
            assertThat(camel.routes.problems().get(0).message())
                    .contains("chat.camel.yaml:3: no file holds the routeConfiguration `failures`");
            assertThat(camel.ask("direct:chat")).isEqualTo("first");

            write(shipped, "failures", failures("third"));
            await().until(() -> camel.ask("direct:chat").equals("third"));
            await().until(() -> camel.routes.problems().isEmpty());
        }
    }

    @Test
    void makesRoutesFromATemplateAndMakesThemAgainWhenItChanges() throws Exception {
        write(shipped, "llm", template("one {{name}}"));

        try (LiveCamel camel = new LiveCamel(
                        RouteFolders.of(shipped, List.of()),
                        new TemplateInstance("llm-a", "llm", Map.of("name", "a")),
                        new TemplateInstance("llm-b", "llm", Map.of("name", "b")))
                .start()) {
            assertThat(camel.ask("direct:llm-a")).isEqualTo("one a");
            assertThat(camel.ask("direct:llm-b")).isEqualTo("one b");

            write(shipped, "llm", template("two {{name}}"));

            await().until(() -> camel.ask("direct:llm-a").equals("two a"));
            await().until(() -> camel.ask("direct:llm-b").equals("two b"));
            await().until(() -> camel.running().size() == 2);

            write(shipped, "llm", template("{{missing}}"));
            await().until(() -> !camel.routes.problems().isEmpty());
            assertThat(camel.ask("direct:llm-a")).isEqualTo("two a");

            write(shipped, "llm", template("three {{name}}"));
            await().until(() -> camel.ask("direct:llm-a").equals("three a"));
        }
    }

    @Test
    void appliesWhatAFileSaysForAllOfItsRoutes() throws Exception {
        write(shipped, "chat", shared("first"));

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            assertThat(camel.ask("direct:chat")).isEqualTo("first");

            write(shipped, "chat", shared("second"));

            await().until(() -> camel.ask("direct:chat").equals("second"));
        }
    }

    @Test
    void bindsTheBeansOfAFileAgainWhenTheyChange() throws Exception {
        write(shipped, "chat", beans("first"));

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            assertThat(camel.ask("direct:chat")).isEqualTo("first");

            write(shipped, "chat", beans("second"));

            await().until(() -> camel.ask("direct:chat").equals("second"));
        }
    }

    @Test
    void letsWhatARouteHasHandedToAnotherThreadFinish() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        write(
                shipped,
                "chat",
                route("chat", "direct:chat", "wireTap:\n            uri: direct:slow", "setBody: {constant: one}"));
        write(shipped, "slow", route("slow", "direct:slow", "to: bean:slow"));

        try (LiveCamel camel = LiveCamel.of(shipped)) {
            camel.context.getRegistry().bind("slow", (Processor) exchange -> {
                arrived.countDown();
                go.await();
                done.countDown();
            });
            camel.start();
            camel.ask("direct:chat");
            arrived.await();
            answering(shipped, "chat", "two");
            await().until(() -> camel.ask("direct:chat").equals("two"));
            await().during(Duration.ofMillis(1500)).until(() -> camel.running().size() == 3);

            go.countDown();

            assertThat(done.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
            await().until(() -> camel.running().size() == 2);
        }
    }

    @Test
    void failsTheStartWhereATemplateIsMissing() {
        LiveCamel camel = new LiveCamel(
                RouteFolders.of(shipped, List.of()), new TemplateInstance("llm-a", "llm-x", Map.of("name", "a")));

        assertThatThrownBy(camel::start)
                .isInstanceOf(RouteFileException.class)
                .hasMessageContaining("no file holds the routeTemplate `llm-x`, which the route llm-a is made from");
    }

    @Test
    void refusesAFolderThatDoesNotExist() {
        assertThatThrownBy(() -> LiveCamel.of(shipped, temporary.resolve("nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere does not exist");
    }

    @Test
    void warnsOfFilesThatAreNoRoutes() throws Exception {
        Files.writeString(shipped.resolve("notes.yaml"), "x: 1");
        Files.writeString(shipped.resolve(".gitkeep"), "");

        try (LiveCamel camel = LiveCamel.of(shipped).start()) {
            assertThat(camel.routes.warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning.message()).contains("notes.yaml: not loaded"));
        }
    }

    private static String failures(String answer) {
        return """
                - routeConfiguration:
                    id: failures
                    onException:
                      - onException:
                          exception: [java.lang.Exception]
                          handled: {constant: "true"}
                          steps:
                            - setBody: {constant: "%s"}
                """.formatted(answer);
    }

    private static String shared(String answer) {
        return """
                - onException:
                    exception: [java.lang.Exception]
                    handled: {constant: "true"}
                    steps:
                      - setBody: {constant: "%s"}
                """.formatted(answer)
                + route(
                        "chat",
                        "direct:chat",
                        "throwException: {exceptionType: java.lang.IllegalStateException, message: no}");
    }

    private static String beans(String answer) {
        return """
                - beans:
                    - name: words
                      type: "%s"
                      properties: {text: "%s"}
                """.formatted(Words.class.getName(), answer)
                + route("chat", "direct:chat", "bean: {ref: words, method: answer}");
    }

    /** A bean that a route file may name. */
    public static final class Words {

        private String text = "";

        public void setText(String text) {
            this.text = text;
        }

        public String answer() {
            return text;
        }
    }

    private static String template(String answer) {
        return """
                - routeTemplate:
                    id: llm
                    parameters:
                      - name: name
                    from:
                      uri: "direct:llm-{{name}}"
                      steps:
                        - setBody: {constant: "%s"}
                """.formatted(answer);
    }
}
