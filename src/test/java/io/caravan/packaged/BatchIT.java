package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class BatchIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MANY = 2_000;
    private static final int CONSUMERS = 64;

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final ScriptedModel model = ScriptedModel.builder()
            .remembering(0)
            .script(question -> Reply.of(Words.of("an answer to " + question.prompt()), Pace.AT_ONCE))
            .start();

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    private static String line(String id, String prompt) {
        return "{\"custom_id\":\"" + id + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
                + "{\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}}\n";
    }

    private Path many() {
        return Site.put(
                site.folder().resolve("many.jsonl"),
                IntStream.rangeClosed(1, MANY)
                        .mapToObj(i -> line("r" + i, "question " + i))
                        .collect(Collectors.joining()));
    }

    private Packaged batch(String... arguments) {
        List<String> all = new ArrayList<>(List.of("batch"));
        all.addAll(Arrays.asList(arguments));
        all.addAll(List.of(
                "--set",
                "caravan.provider.ollama.url=" + model.url(),
                "--set",
                "caravan.provider.ollama.model=scripted"));
        return site.caravan(all.toArray(String[]::new));
    }

    private static ConditionFactory soon() {
        return await().pollInterval(Duration.ofMillis(5));
    }

    private static List<String> ids(Path file) {
        try {
            List<String> ids = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                ids.add(JSON.readTree(line).path("custom_id").asText());
            }
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> allOfMany() {
        return IntStream.rangeClosed(1, MANY).mapToObj(i -> "r" + i).toList();
    }

    private int questions() {
        return model.received("/api/chat");
    }

    @Test
    void worksABatchOffAndTellsWhatCameOfIt() {
        Site.put(site.folder().resolve("in.jsonl"), line("a", "red") + line("b", "blue"));
        Site.put(site.work().resolve("inbox/prompt.txt"), "not part of it");

        Packaged first = batch("in.jsonl");

        assertThat(first.exitCode()).isZero();
        assertThat(first.errors()).isEmpty();
        assertThat(first.output())
                .contains("2 lines: 2 answered, 0 failed", "answers: in.output.jsonl")
                .doesNotContain("errors:");
        assertThat(ids(site.folder().resolve("in.output.jsonl"))).containsExactly("a", "b");
        assertThat(site.folder().resolve("in.errors.jsonl")).doesNotExist();

        Packaged again = batch("in.jsonl", "-o", "other.jsonl");

        assertThat(again.exitCode()).isZero();
        assertThat(site.folder().resolve("other.jsonl"))
                .hasSameTextualContentAs(site.folder().resolve("in.output.jsonl"));
        assertThat(questions()).isEqualTo(2);
        assertThat(site.work().resolve("inbox/prompt.txt")).exists();
    }

    @Test
    void failsWhereALineHasFailedForGoodAndTriesItAgainWhenAskedTo() throws IOException {
        model.when(call -> call.body().contains("blue"), Fault.status(400));
        Site.put(site.folder().resolve("in.jsonl"), line("a", "red") + line("b", "blue"));

        Packaged program = batch("in.jsonl", "-o", "out.jsonl", "--errors", "err.jsonl");

        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.output())
                .contains("2 lines: 1 answered, 1 failed", "failed: 1 invalid_request", "errors:  err.jsonl");
        assertThat(ids(site.folder().resolve("out.jsonl"))).containsExactly("a");
        JsonNode error = JSON.readTree(Site.read(site.folder().resolve("err.jsonl")));
        assertThat(error.path("custom_id").asText()).isEqualTo("b");
        assertThat(error.at("/error/code").asText()).isEqualTo("invalid_request");
        model.heal();

        Packaged again = batch("in.jsonl", "-o", "out.jsonl", "--errors", "err.jsonl", "--retry-failed");

        assertThat(again.exitCode()).isZero();
        assertThat(ids(site.folder().resolve("out.jsonl"))).containsExactly("a", "b");
        assertThat(site.folder().resolve("err.jsonl")).doesNotExist();
        assertThat(questions()).isEqualTo(3);
    }

    @Test
    void saysWhatIsWrongInOneLine() {
        Site.put(site.folder().resolve("twice.jsonl"), line("a", "red") + line("a", "blue"));

        assertThatFails(batch("twice.jsonl"), 1, "twice.jsonl", "line 2", "custom_id");
        assertThatFails(batch("missing.jsonl"), 2, "missing.jsonl");
        assertThatFails(batch(), 2, "IN.jsonl");
        assertThatFails(batch("twice.jsonl", "--status"), 2, "--status");
        assertThatFails(batch("twice.jsonl", "-o", "twice.jsonl"), 2, "three different files");
        assertThatFails(batch("twice.jsonl", "-o", "no/such/folder.jsonl"), 2, "no/such");
        assertThatFails(batch("--cancel", "abc"), 1, "abc", "no such batch");
        assertThat(questions()).isZero();
    }

    private static void assertThatFails(Packaged program, int exitCode, String... words) {
        assertThat(program.exitCode()).isEqualTo(exitCode);
        assertThat(program.output()).isEmpty();
        assertThat(program.errors()).singleElement().asString().contains(words);
    }

    @Test
    void goesOnAfterEachKillAndLosesNoLine() {
        Path in = many();
        List<Integer> moments = List.of(1, 700);

        for (int questions : moments) {
            Packaged program = batch(in.toString());
            soon().until(() -> questions() >= questions);
            program.signal("KILL");
            assertThat(program.exitCode()).isEqualTo(137);
            assertThat(site.folder().resolve("many.output.jsonl")).doesNotExist();
        }
        Packaged last = batch(in.toString());

        assertThat(last.exitCode(Duration.ofMinutes(3))).isZero();
        assertThat(ids(site.folder().resolve("many.output.jsonl"))).isEqualTo(allOfMany());
        assertThat(questions()).isBetween(MANY, MANY + moments.size() * CONSUMERS);
    }

    @Test
    void leavesNoTornFileWhenItIsKilledWhileItFinishes() throws IOException {
        Path in = many();
        Path output = site.folder().resolve("many.output.jsonl");
        Path unfinished = site.folder().resolve(".many.output.jsonl.unfinished");
        for (int kill = 1; kill <= 2; kill++) {
            Files.deleteIfExists(output);
            Files.deleteIfExists(unfinished);
            Packaged program = batch(in.toString());
            soon().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(unfinished) || Files.exists(output));
            program.handle().destroyForcibly();
            program.handle().onExit().join();

            if (Files.exists(output)) {
                assertThat(ids(output)).isEqualTo(allOfMany());
            }
        }

        assertThat(batch(in.toString()).exitCode()).isZero();

        assertThat(ids(output)).isEqualTo(allOfMany());
        assertThat(questions()).isEqualTo(MANY);
    }

    @Test
    void saysHowToGoOnWhenItIsInterrupted() {
        model.when(call -> call.body().contains("blue"), new Fault.Silence());
        Site.put(site.folder().resolve("in.jsonl"), line("a", "red") + line("b", "blue"));
        Packaged program = batch("in.jsonl", "--set", "caravan.shutdown-grace=100ms");
        soon().until(() -> questions() == 2);

        program.signal("INT");

        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.errors()).last().asString().contains("the same command goes on");
        assertThat(site.folder().resolve("in.output.jsonl")).doesNotExist();
        model.heal();
        assertThat(batch("in.jsonl").exitCode()).isZero();
        assertThat(ids(site.folder().resolve("in.output.jsonl"))).containsExactly("a", "b");
        assertThat(questions()).isEqualTo(3);
    }

    @Test
    void hasACaravanThatRunsAlreadyDoTheWork() {
        site.run(model);
        Site.put(site.folder().resolve("in.jsonl"), line("a", "red") + line("b", "blue"));

        Packaged program = batch("in.jsonl");

        assertThat(program.exitCode()).isZero();
        assertThat(program.errors()).first().asString().contains("works this batch off");
        assertThat(program.output()).contains("2 lines: 2 answered");
        assertThat(ids(site.folder().resolve("in.output.jsonl"))).containsExactly("a", "b");
        assertThat(questions()).isEqualTo(2);
    }

    @Test
    void listsAndCancelsBatchesWhileTheyRun() {
        model.when(call -> call.body().contains("blue"), new Fault.Silence());
        Site.put(site.folder().resolve("in.jsonl"), line("a", "red") + line("b", "blue"));
        assertThat(exited(batch("--status"))).contains("there are no batches");
        Packaged program = batch("in.jsonl");
        soon().until(() -> questions() == 2);

        String row = soon().until(() -> status("in.jsonl"), status -> status.contains(" 1 "));
        assertThat(row).contains("running");
        Packaged cancel = batch("--cancel", row.substring(0, 8));

        assertThat(cancel.exitCode()).isZero();
        assertThat(cancel.output()).contains("1 of 2 lines were answered");
        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.output()).contains("failed: 1 batch_cancelled");
        assertThat(status("in.jsonl")).contains("cancelled");
    }

    private static String exited(Packaged program) {
        assertThat(program.exitCode()).isZero();
        return program.output();
    }

    private String status(String file) {
        return exited(batch("--status"))
                .lines()
                .filter(line -> line.endsWith(file))
                .findFirst()
                .orElse("");
    }

    @Test
    void losesNothingOfABatchInTheInboxWhenItIsKilled() {
        Packaged first = site.run(model);
        Site.put(site.work().resolve("inbox/many.jsonl"), Site.read(many()));
        soon().until(() -> questions() > 100);
        first.signal("KILL");
        assertThat(site.work().resolve("inbox/many.jsonl")).exists();

        site.run(model);

        await().atMost(Duration.ofMinutes(3))
                .until(() -> Files.exists(site.work().resolve("done/many.jsonl")));
        assertThat(ids(site.work().resolve("outbox/many.output.jsonl"))).isEqualTo(allOfMany());
        assertThat(site.work().resolve("outbox/many-2.output.jsonl")).doesNotExist();
        assertThat(questions()).isBetween(MANY, MANY + CONSUMERS);
    }

    @Test
    void finishesABatchInTheInboxOnceHoweverOftenItIsKilledMeanwhile() throws IOException {
        Site.put(site.work().resolve("inbox/many.jsonl"), Site.read(many()));
        Path unfinished = site.work().resolve("outbox/.many.output.jsonl.unfinished");
        Path done = site.work().resolve("done/many.jsonl");
        for (int kill = 1; kill <= 2; kill++) {
            Files.deleteIfExists(unfinished);
            Packaged program = site.run(model);
            soon().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(unfinished) || Files.exists(done));
            program.handle().destroyForcibly();
            program.handle().onExit().join();
        }

        site.run(model);

        soon().until(() -> Files.exists(done));
        assertThat(ids(site.work().resolve("outbox/many.output.jsonl"))).isEqualTo(allOfMany());
        soon().untilAsserted(() -> {
            try (Stream<Path> files = Files.list(site.work().resolve("outbox"))) {
                assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("many.output.jsonl");
            }
        });
        assertThat(questions()).isEqualTo(MANY);
    }
}
