package io.caravan.cli;

import io.caravan.App;
import io.caravan.batch.Batch;
import io.caravan.batch.Batches;
import io.caravan.batch.FanOut;
import io.caravan.demo.Pace;
import io.caravan.demo.ScriptedModel;
import io.caravan.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What the launcher runs once for each Java, so that the virtual machine can write down what it has learnt: classes
 * loaded and linked, methods that run often. Later starts take a third of the time.
 */
@Command(name = "train", hidden = true, description = "Answers some questions of its own, then ends.")
final class TrainCommand implements Callable<Integer> {

    private static final int CALLERS = 8;
    private static final int QUESTIONS = 400;

    private static final String LINE = "{\"custom_id\":\"1\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
            + "\"body\":{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]}}\n";

    @Mixin
    private Configuration configuration = new Configuration();

    @Override
    public Integer call() throws Exception {
        Path workDir = Files.createTempDirectory("caravan-train");
        try (ScriptedModel model = ScriptedModel.builder().pace(Pace.AT_ONCE).start()) {
            Settings settings = Configuration.shipped(List.of(
                    "caravan.providers=ollama",
                    "caravan.provider.ollama.type=ollama",
                    "caravan.provider.ollama.url=" + model.url(),
                    "caravan.provider.ollama.model=scripted",
                    "caravan.host=127.0.0.1",
                    "caravan.port=0",
                    "caravan.management.port=0",
                    "caravan.websocket.ping-interval=3s", // pongs are part of what is learnt
                    "caravan.work-dir=" + workDir,
                    "caravan.log.level=error"));
            App app = Running.app(settings, configuration.routeFolders());
            try {
                QuietClient.ask("ws://127.0.0.1:" + app.port() + "/ws/chat", CALLERS, QUESTIONS);
                workOff(app, Files.writeString(workDir.resolve("train.jsonl"), LINE));
            } finally {
                app.stop(Duration.ZERO);
            }
        } finally {
            Folders.delete(workDir);
        }
        return 0;
    }

    private static void workOff(App app, Path file) throws Exception {
        Batches batches = app.batches();
        Batch batch = batches.take(file, "train.jsonl");
        try (FanOut lines = batches.fanOut(batch, file)) {
            app.queue(lines);
        }
        batches.watch().until(batch.id(), now -> {}).get();
        batches.output().write(batch.id(), file.resolveSibling("answers.jsonl"), file.resolveSibling("errors.jsonl"));
    }
}
