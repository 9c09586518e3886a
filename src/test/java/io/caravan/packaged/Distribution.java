package io.caravan.packaged;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The folder that was packaged, and how its launcher is called: with the Java that runs these tests. */
final class Distribution {

    /** What the virtual machine learns at its first start is shared by all tests on the same Java. */
    private static final Path CACHE = Path.of("target", "packaged-cache").toAbsolutePath();

    /** It gives way to whatever else runs. */
    private static final Duration LONGEST_PREPARATION = Duration.ofMinutes(5);

    private static boolean prepared;

    private Distribution() {}

    static Path folder() {
        return Path.of(System.getProperty("caravan.distribution", "target/caravan"))
                .toAbsolutePath();
    }

    static Path launcher() {
        return folder().resolve("caravan");
    }

    /** A process that is about to start the launcher, or a copy of it. */
    static ProcessBuilder process(Path launcher, String... arguments) {
        ProcessBuilder process = new ProcessBuilder();
        process.command().add(launcher.toString());
        process.command().addAll(List.of(arguments));
        Map<String, String> environment = process.environment();
        environment.keySet().removeIf(name -> name.startsWith("CARAVAN_"));
        environment.put("CARAVAN_JAVA", System.getProperty("java.home"));
        environment.put("XDG_CACHE_HOME", CACHE.toString());
        return process;
    }

    /** Returns when what was learned is whole, and nothing else is left of the learning. */
    static void awaitPreparation(Path kept) {
        await().atMost(LONGEST_PREPARATION).until(() -> {
            try (Stream<Path> files = Files.list(kept)) {
                return files.allMatch(file -> file.toString().endsWith(".jsa"));
            }
        });
    }

    /** Has the launcher do once what it does once, so that no test has to wait for it, or reads about it. */
    static synchronized void prepare() throws IOException, InterruptedException {
        if (prepared) {
            return;
        }
        Files.createDirectories(CACHE);
        Process start = process(launcher(), "run", "--set", "caravan.port=none")
                .redirectErrorStream(true)
                .redirectOutput(CACHE.resolve("preparation.log").toFile())
                .start();
        start.waitFor();
        awaitPreparation(CACHE.resolve("caravan"));
        prepared = true;
    }
}
