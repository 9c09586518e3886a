package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.ScriptedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class FileDoorIT {

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final ScriptedModel model =
            ScriptedModel.builder().pace(Pace.AT_ONCE).start();

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    @Test
    void answersAFileWithAFile() {
        site.run(model);

        Site.put(inbox("sky.txt"), "Why is the sky blue?");

        assertThatIsAnswered("sky");
    }

    @Test
    void goesByTheCommandLineWhateverTheEnvironmentSays() {
        site.run(
                model,
                process -> process.environment()
                        .putAll(Map.of(
                                "CARAVAN_PORT",
                                "1",
                                "CARAVAN_WORK_DIR",
                                site.folder().resolve("elsewhere").toString())),
                "--set",
                "caravan.work-dir=" + site.work());

        Site.put(inbox("sky.txt"), "Why is the sky blue?");

        assertThatIsAnswered("sky");
        assertThat(site.folder().resolve("elsewhere")).doesNotExist();
    }

    @Test
    void setsAsideWhatTheModelRefusesWithTheReason() {
        model.always(Fault.status(400));
        site.run(model);

        Site.put(inbox("sky.md"), "Why is the sky blue?");

        Path prompt = site.work().resolve("failed/sky.md");
        awaitFile(prompt);
        assertThat(prompt).hasContent("Why is the sky blue?");
        assertThat(Site.read(site.work().resolve("failed/sky.md.error.json"))).contains("\"invalid_request\"");
        assertThat(inbox("sky.md")).doesNotExist();
    }

    @Test
    void keepsAPromptThatAStopInterruptsAndAnswersItAtTheNextStart() {
        model.next(new Fault.Trickle(Duration.ofMillis(20)));
        Packaged first = site.run(model, "--set", "caravan.shutdown-grace=100ms");
        Site.put(inbox("sky.txt"), "Why is the sky blue?");
        awaitBeginning("sky");

        first.signal("TERM");

        assertThat(first.exitCode()).isZero();
        assertThat(inbox("sky.txt")).hasContent("Why is the sky blue?");
        assertThat(site.work().resolve("failed/sky.txt")).doesNotExist();

        site.run(model);

        assertThatIsAnswered("sky");
    }

    @Test
    void answersAfterACrashWhatItHadNotAnsweredBefore() {
        model.next(new Fault.Trickle(Duration.ofMillis(20)));
        Packaged first = site.run(model);
        Site.put(inbox("sky.txt"), "Why is the sky blue?");
        awaitBeginning("sky");

        first.signal("KILL");

        assertThat(first.exitCode()).isEqualTo(137);
        assertThat(inbox("sky.txt")).hasContent("Why is the sky blue?");

        site.run(model);

        assertThatIsAnswered("sky");
    }

    private void assertThatIsAnswered(String name) {
        Path answer = site.work().resolve("outbox").resolve(name + ".md");
        awaitFile(site.work().resolve("done").resolve(name + ".txt"));
        assertThat(answer).content().startsWith("Sunlight is a mixture").contains("behind it.)");
        assertThat(inbox(name + ".txt")).doesNotExist();
        assertThat(partial(name)).doesNotExist();
    }

    private void awaitBeginning(String name) {
        awaitFile(partial(name));
        await().until(() -> Files.size(partial(name)) > 0);
    }

    private Path inbox(String name) {
        return site.work().resolve("inbox").resolve(name);
    }

    private Path partial(String name) {
        return site.work().resolve("outbox").resolve(name + ".md.partial");
    }

    private static void awaitFile(Path file) {
        await().until(() -> Files.exists(file));
    }
}
