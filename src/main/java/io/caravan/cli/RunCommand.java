package io.caravan.cli;

import io.caravan.settings.Settings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan run}: the routes, against real providers, until it is told to stop. */
@Command(
        name = "run",
        description = "Runs the routes until it is told to stop.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class RunCommand implements Callable<Integer> {

    @Mixin
    private Configuration configuration = new Configuration();

    @Override
    public Integer call() throws Exception {
        Settings settings = configuration.settings(List.of());
        Plugins.onTheClassPath(settings.work().pluginsDir());
        Running running = Running.start(settings, configuration.routeFolders());
        Terminal.say("Caravan " + Version.number() + " is ready on " + running.webSocketUrl() + " ("
                + running.startedIn() + ", Java " + Runtime.version().feature() + ")");
        running.preflight();
        running.untilStopped();
        return 0;
    }
}
