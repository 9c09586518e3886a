package io.caravan.cli;

import io.caravan.camel.ChatThreads;
import io.caravan.camel.reload.RouteFolders;
import io.caravan.operate.Logs;
import io.caravan.settings.Settings;
import io.caravan.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what to run with. */
final class Configuration {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The settings, over the defaults. Default: application.properties in this folder or in"
                    + " Caravan's own.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting, over the file and the environment. May be repeated.")
    private List<String> sets = new ArrayList<>();

    @Option(
            names = "--routes",
            paramLabel = "DIR",
            description =
                    "A folder with further routes; a file of the same name replaces a shipped one. May be repeated.")
    private List<Path> routes = new ArrayList<>();

    /** The settings, with these over everything; the log is set up with them. */
    Settings settings(List<String> more) throws FailedCommand {
        checkUsage();
        List<String> all = new ArrayList<>(sets);
        all.addAll(more);
        try {
            Settings settings = Settings.load(
                    Settings.file(Optional.ofNullable(config), List.of(Path.of(""), home())),
                    System.getenv(),
                    all,
                    ChatThreads.virtual());
            Logs.set(settings.log());
            return settings;
        } catch (SettingsException e) {
            throw new FailedCommand(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the command line sets this itself. */
    boolean sets(String key) {
        return sets.stream().anyMatch(set -> set.strip().startsWith(key + "="));
    }

    /** What is wrong with the command line itself, as opposed to the settings in it. */
    void checkUsage() throws FailedCommand {
        for (String set : sets) {
            if (set.indexOf('=') < 1) {
                throw FailedCommand.wrongUsage("--set needs KEY=VALUE, such as --set caravan.port=8001");
            }
        }
        if (config != null && !Files.isRegularFile(config)) {
            throw FailedCommand.wrongUsage("--config " + config + ": there is no such file");
        }
        if (config != null && !Files.isReadable(config)) {
            throw FailedCommand.wrongUsage("--config " + config + ": the file cannot be read");
        }
        for (Path folder : routes) {
            if (!Files.isDirectory(folder)) {
                throw FailedCommand.wrongUsage("--routes " + folder + ": there is no such folder");
            }
        }
    }

    /** The shipped settings with these over them, whatever the user has set. */
    static Settings shipped(List<String> more) {
        Settings settings = Settings.load(Optional.empty(), Map.of(), more, ChatThreads.virtual());
        Logs.set(settings.log());
        return settings;
    }

    /** The shipped routes, and the folders that were named. */
    RouteFolders routeFolders() throws FailedCommand {
        return routeFolders(routes);
    }

    /** Those that come with Caravan, and no others. */
    RouteFolders shippedRoutes() throws FailedCommand {
        return routeFolders(List.of());
    }

    /** The same with a folder of Caravan's own, where that is there. */
    RouteFolders routeFoldersAnd(String own) throws FailedCommand {
        Path folder = home().resolve(own);
        boolean named = routes.stream()
                .anyMatch(route -> route.toAbsolutePath()
                        .normalize()
                        .equals(folder.toAbsolutePath().normalize()));
        return routeFolders(
                Files.isDirectory(folder) && !named
                        ? Stream.concat(Stream.of(folder), routes.stream()).toList()
                        : routes);
    }

    private static RouteFolders routeFolders(List<Path> routes) throws FailedCommand {
        Path shipped = home().resolve("routes");
        try {
            return Files.isDirectory(shipped)
                    ? RouteFolders.of(shipped, routes)
                    : RouteFolders.ofClassPath("routes", routes);
        } catch (IllegalArgumentException e) {
            throw FailedCommand.wrongUsage("--routes: " + e.getMessage());
        }
    }

    /** Where the launcher stands. */
    static Path home() {
        return Path.of(System.getProperty("caravan.home", ""));
    }
}
