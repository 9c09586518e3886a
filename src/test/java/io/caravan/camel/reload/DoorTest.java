package io.caravan.camel.reload;

import static io.caravan.camel.reload.LiveCamel.route;
import static io.caravan.camel.reload.LiveCamel.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorTest {

    private static final String FAIL =
            "throwException:\n            exceptionType: java.lang.IllegalStateException\n            message: broken";

    @TempDir
    private Path temporary;

    private Path folder;
    private Path inbox;
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void makeFolders() throws Exception {
        folder = Files.createDirectory(temporary.resolve("routes"));
        inbox = Files.createDirectory(temporary.resolve("inbox"));
    }

    @Test
    void changesWhatHappensBehindADoorAndLeavesTheDoorOpen() throws Exception {
        write(folder, "in", route("in", "seda:in", "setBody:\n            constant: one", "to: \"bean:seen\""));

        try (LiveCamel camel = camel().start()) {
            Route door = camel.context.getRoute("in");
            camel.messages.sendBody("seda:in", "x");
            await().until(() -> seen.contains("one"));

            write(folder, "in", route("in", "seda:in", "setBody:\n            constant: two", "to: \"bean:seen\""));

            await().until(() -> {
                camel.messages.sendBody("seda:in", "x");
                return seen.contains("two");
            });
            assertThat(camel.context.getRoute("in")).isSameAs(door);
            await().until(() -> camel.running().size() == 2);
            assertThat(camel.running().stream().map(RouteIds::shown)).containsExactly("in", "in");
        }
    }

    @Test
    void losesNoMessageOfAQueueWhoseDoorIsReplaced() throws Exception {
        write(folder, "in", route("in", "seda:in?concurrentConsumers=1", "to: \"bean:seen\""));

        try (LiveCamel camel = camel().start()) {
            for (int i = 0; i < 100; i++) {
                camel.messages.sendBody("seda:in", "a" + i);
            }
            write(folder, "in", route("in", "seda:in?concurrentConsumers=2", "to: \"bean:seen\""));
            await().until(() -> camel.context.getRoute("in") == null);
            for (int i = 0; i < 100; i++) {
                camel.messages.sendBody("seda:in", "b" + i);
            }

            await().until(() -> seen.size() >= 200);
            assertThat(seen).doesNotHaveDuplicates().hasSize(200);
        }
    }

    @Test
    void replacesADoorThatReadsFromTheSamePlaceInAnotherWay() throws Exception {
        String one = route("in", from("?delay=20"), "to: \"bean:seen\"");
        write(folder, "in", one);

        try (LiveCamel camel = camel().start()) {
            Files.writeString(inbox.resolve("a"), "a");
            await().until(() -> seen.contains("a"));

            write(folder, "in", one.replace("    from:", "    streamCache: \"false\"\n    from:"));
            await().until(() -> camel.running().stream().noneMatch("in"::equals));
            Files.writeString(inbox.resolve("b"), "b");

            await().until(() -> seen.contains("b"));
        }
    }

    @Test
    void readsFromWhereTheFileSaysNow() throws Exception {
        Path other = Files.createDirectory(temporary.resolve("other"));
        write(folder, "in", route("in", from("?delay=20"), "to: \"bean:seen\""));

        try (LiveCamel camel = camel().start()) {
            write(folder, "in", route("in", "file:" + other + "?delay=20", "to: \"bean:seen\""));
            Files.writeString(other.resolve("a"), "a");

            await().until(() -> seen.contains("a"));
            await().until(() -> camel.running().size() == 2);
        }
    }

    @Test
    void keepsTheOldDoorWhereTheNewOneDoesNotOpen() throws Exception {
        write(folder, "in", route("in", from("?delay=20"), "to: \"bean:seen\""));

        try (LiveCamel camel = camel().start()) {
            write(
                    folder,
                    "in",
                    route(
                            "in",
                            "file:" + temporary.resolve("no") + "?autoCreate=false&startingDirectoryMustExist=true",
                            "to: \"bean:seen\""));
            await().until(() -> !camel.routes.problems().isEmpty());
            Files.writeString(inbox.resolve("a"), "a");

            await().until(() -> seen.contains("a"));
        }
    }

    @Test
    void closesTheDoorOfADeletedRouteAndLetsItsMessagesFinish() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        write(folder, "in", route("in", "seda:in", "to: \"bean:gate\"", "to: \"bean:seen\""));

        try (LiveCamel camel = camel()) {
            camel.context.getRegistry().bind("gate", (Processor) exchange -> {
                arrived.countDown();
                go.await();
            });
            camel.start();
            camel.messages.sendBody("seda:in", "slow");
            arrived.await();
            Files.delete(folder.resolve("in.camel.yaml"));
            await().until(() -> camel.context.getRoute("in").getConsumer()
                            instanceof org.apache.camel.support.service.BaseService consumer
                    && consumer.isSuspended());
            assertThat(seen).isEmpty();

            go.countDown();

            await().until(() -> seen.contains("slow"));
            await().until(() -> camel.running().isEmpty());
        }
    }

    @Test
    void startsAndChangesATimer() throws Exception {
        write(
                folder,
                "tick",
                route("tick", "timer:a?period=20", "setBody:\n            constant: a", "to: \"bean:seen\""));

        try (LiveCamel camel = camel().start()) {
            await().until(() -> seen.contains("a"));

            write(
                    folder,
                    "tick",
                    route("tick", "timer:b?period=20", "setBody:\n            constant: b", "to: \"bean:seen\""));

            await().until(() -> seen.contains("b"));
            await().until(() -> camel.running().size() == 2);
            seen.clear();
            await().until(() -> seen.size() > 3);
            assertThat(seen).doesNotContain("a");
        }
    }

    @Test
    void leavesARouteStoppedThatIsNotToStart() throws Exception {
        write(
                folder,
                "in",
                route("in", from("?delay=20"), "to: \"bean:seen\"")
                        .replace("    from:", "    autoStartup: \"false\"\n    from:"));

        try (LiveCamel camel = camel().start()) {
            assertThat(camel.context.getRouteController().getRouteStatus("in").isStopped())
                    .isTrue();

            write(folder, "in", route("in", from("?delay=20"), "to: \"bean:seen\""));
            Files.writeString(inbox.resolve("a"), "a");

            await().until(() -> seen.contains("a"));
        }
    }

    @Test
    void failsTheDoorForAFailureThatNobodyHandles() throws Exception {
        write(folder, "in", route("in", from("?delay=20&move=done&moveFailed=failed"), FAIL));

        try (LiveCamel camel = camel().start()) {
            Files.writeString(inbox.resolve("a"), "a");

            await().until(() -> Files.exists(inbox.resolve("failed/a")));
            assertThat(inbox.resolve("done")).doesNotExist();
            assertThat(camel.context.getInflightRepository().size()).isZero();
        }
    }

    @Test
    void takesAHandledFailureForASuccessAndHandsTheOriginalMessageToTheHandler() throws Exception {
        write(folder, "failures", failures("onException"));
        write(
                folder,
                "in",
                route(
                                "in",
                                from("?delay=20&move=done&moveFailed=failed"),
                                "setBody:\n            constant: changed",
                                FAIL)
                        .replace("    from:", "    routeConfigurationId: failures\n    from:"));

        try (LiveCamel camel = camel().start()) {
            Files.writeString(inbox.resolve("a"), "original");

            await().until(() -> Files.exists(inbox.resolve("done/a")));
            assertThat(inbox.resolve("failed")).doesNotExist();
            assertThat(seen).containsExactly("original");
            assertThat(camel.routes.warnings()).isEmpty();
        }
    }

    @Test
    void redeliversWithinTheBodyOnly() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        write(
                folder,
                "failures",
                failures("onException")
                        .replace(
                                "handled:",
                                "redeliveryPolicy: {maximumRedeliveries: 2, redeliveryDelay: 1}\n          handled:"));
        write(
                folder,
                "in",
                route("in", "seda:in", "to: \"bean:flaky\"", "to: \"bean:seen\"")
                        .replace("    from:", "    routeConfigurationId: failures\n    from:"));

        try (LiveCamel camel = camel()) {
            camel.context.getRegistry().bind("flaky", (Processor) exchange -> {
                if (tries.incrementAndGet() < 3) {
                    throw new IllegalStateException("try again");
                }
            });
            camel.start();
            camel.messages.sendBody("seda:in", "x");

            await().until(() -> seen.contains("x"));
            assertThat(tries).hasValue(3);
        }
    }

    private LiveCamel camel() {
        LiveCamel camel = new LiveCamel(RouteFolders.of(folder, List.of()));
        Processor keep = (Exchange exchange) -> seen.add(exchange.getMessage().getBody(String.class));
        camel.context.getRegistry().bind("seen", keep);
        return camel;
    }

    private String from(String options) {
        return "file:" + inbox + options;
    }

    private static String failures(String clause) {
        return """
                - routeConfiguration:
                    id: failures
                    %1$s:
                      - %1$s:
                          exception: [java.lang.Exception]
                          useOriginalMessage: "true"
                          handled: {constant: "true"}
                          steps:
                            - to: "bean:seen"
                """.formatted(clause);
    }
}
