package io.caravan.cli;

import io.caravan.demo.ScriptedModel;
import io.caravan.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan demo}: everything embedded, a prompt through each door, then it stays up. */
@Command(
        name = "demo",
        description = "Shows Caravan with a scripted model of its own; needs nothing else.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DemoCommand implements Callable<Integer> {

    /** Routes that only the demo runs; in Caravan's own folder. */
    private static final String EXAMPLES = "examples";

    @Mixin
    private Configuration configuration = new Configuration();

    @Override
    public Integer call() throws Exception {
        try (ScriptedModel model = ScriptedModel.start()) {
            // A work dir of its own: prompts that wait for a real model are not for the scripted one.
            Path workDir = configuration.settings(List.of()).work().workDir().resolve("demo");
            Settings settings = configuration.settings(List.of(
                    "caravan.providers=ollama",
                    "caravan.provider.ollama.type=ollama",
                    "caravan.provider.ollama.url=" + model.url(),
                    "caravan.provider.ollama.model=scripted",
                    "caravan.work-dir=" + workDir,
                    "caravan.broker.url=",
                    "caravan.broker.user=",
                    "caravan.broker.password=",
                    "caravan.log.level=warn"));
            Plugins.onTheClassPath(settings.work().pluginsDir());
            Running running = Running.start(settings, configuration.routeFoldersAnd(EXAMPLES));
            Terminal.say("Caravan " + Version.number() + " on Java "
                    + Runtime.version().feature() + ", " + running.startedIn());
            Terminal.say("A scripted model that speaks Ollama's protocol answers on " + model.url());
            Show show = new Show(running, settings, workDir);
            show.start();
            running.untilStopped();
            return show.failed() ? 1 : 0;
        }
    }
}
