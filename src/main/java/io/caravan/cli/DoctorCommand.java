package io.caravan.cli;

import io.caravan.App;
import io.caravan.StartException;
import io.caravan.camel.ChatThreads;
import io.caravan.camel.reload.RouteFolders;
import io.caravan.files.WorkDir;
import io.caravan.llm.Providers;
import io.caravan.operate.Finding;
import io.caravan.operate.Preflight;
import io.caravan.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan doctor}: looks whether everything is there to run, one line for each thing. */
@Command(
        name = "doctor",
        description =
                "Checks Java, settings, routes, the database, providers, MCP servers and the broker, and says what to do.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private Configuration configuration = new Configuration();

    private boolean failed;

    @Override
    public Integer call() throws FailedCommand {
        configuration.checkUsage();
        report(java());
        try {
            Settings settings = configuration.settings(List.of("caravan.log.level=error"));
            report(Finding.ok("settings", "all known, all valid"));
            settings.warnings().forEach(warning -> report(Finding.warn("settings", warning)));
            Plugins.onTheClassPath(settings.work().pluginsDir());
            report(workDir(settings));
            report(port(
                    "caravan.port", settings.server().host(), settings.server().port()));
            report(port(
                    "caravan.management.port", "127.0.0.1", settings.server().managementPort()));
            routesAndProviders(settings);
        } catch (FailedCommand e) {
            report(Finding.fail("settings", String.valueOf(e.getMessage())));
        }
        return failed ? 1 : 0;
    }

    private void report(Finding finding) {
        failed |= finding.level() == Finding.Level.FAIL;
        Terminal.say(finding.line());
    }

    private static Finding java() {
        String threads = ChatThreads.virtual() ? "virtual threads" : "platform threads; from Java 24 on virtual ones";
        return Finding.ok("java", Runtime.version() + " in " + System.getProperty("java.home") + " (" + threads + ")");
    }

    private static Finding workDir(Settings settings) {
        try {
            WorkDir.lock(settings.work().workDir()).close();
            return Finding.ok("work dir", settings.work().workDir().toAbsolutePath() + " can be written");
        } catch (IOException e) {
            return Finding.fail("work dir", String.valueOf(e.getMessage()));
        }
    }

    private static Finding port(String setting, String host, int port) {
        try {
            new ServerSocket(port, 1, InetAddress.getByName(host)).close();
            return Finding.ok("port", host + ":" + port + " is free");
        } catch (IOException e) {
            return Finding.fail(
                    "port", host + ":" + port + " cannot be bound (" + e.getMessage() + "): choose another " + setting);
        }
    }

    private void routesAndProviders(Settings settings) {
        try {
            all(settings, configuration.routeFolders(), true);
        } catch (IOException | StartException | FailedCommand e) {
            report(Finding.fail("routes", String.valueOf(e.getMessage())));
            allButRoutes(settings);
        }
    }

    /** What is wrong with a route of the team's own says nothing about all else. */
    private void allButRoutes(Settings settings) {
        try {
            all(settings, configuration.shippedRoutes(), false);
        } catch (IOException | StartException | FailedCommand e) {
            withoutVaults(settings).findings().forEach(this::report);
        }
    }

    /** Makes all routes, on no port and in no folder of anybody's, and starts none; asks the providers as they would. */
    private void all(Settings settings, RouteFolders folders, boolean routesToo)
            throws IOException, StartException, FailedCommand {
        Path nowhere = Files.createTempDirectory("caravan-doctor");
        Settings harmless = configuration.settings(List.of(
                "caravan.port=0",
                "caravan.management.port=0",
                "caravan.work-dir=" + nowhere,
                "caravan.log.level=error",
                "camel.main.autoStartup=false"));
        try (App app = App.start(harmless, folders)) {
            if (routesToo) {
                report(Finding.ok("routes", app.routes() + " routes, all of them good"));
                app.routeWarnings().forEach(warning -> report(Finding.warn("routes", warning)));
            }
            report(app.checks().database(settings.work().workDir()).finding());
            app.checks().providers().findings().forEach(this::report);
            app.checks().mcp().findings().forEach(this::report);
            report(app.checks().broker().finding(settings.work().workDir().resolve(App.BROKER_FOLDER)));
            app.checks().kafka().ifPresent(check -> report(check.finding()));
        } finally {
            Folders.delete(nowhere);
        }
    }

    /** Where Camel cannot start, nobody can look into its vaults. */
    private static Preflight withoutVaults(Settings settings) {
        return new Preflight(Providers.of(settings.providers()), secret -> {
            throw new IllegalStateException("only a program with good routes can look it up");
        });
    }
}
