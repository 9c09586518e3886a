package io.caravan.packaged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The conformance suite of MCP, in the version of its lock file, with the Node.js that it needs. */
final class ConformanceSuite {

    private static final List<String> FILES = List.of("package.json", "package-lock.json", "not-for-tools.yml");
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Site site;

    private ConformanceSuite(Site site) {
        this.site = site;
    }

    /** Fetches it into the folder of a site. */
    static ConformanceSuite install(Site site) throws IOException {
        for (String file : FILES) {
            Files.copy(
                    Path.of("src/test/peers/conformance", file), site.folder().resolve(file));
        }
        ConformanceSuite suite = new ConformanceSuite(site);
        // With its scripts: one of them brings the Node.js that the suite needs.
        suite.passed(new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund"));
        return suite;
    }

    /** Runs it; all that it says, if everything passes. */
    String run(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(installed("node/bin/node"));
        command.add(installed("@modelcontextprotocol/conformance/dist/index.js"));
        command.addAll(List.of(arguments));
        // From the project's own folder: a client that it starts looks for the routes there.
        ProcessBuilder process = new ProcessBuilder(command)
                .directory(Path.of("").toAbsolutePath().toFile());
        process.environment().putAll(environment);
        Packaged run = passed(process);
        return run.output() + String.join("\n", run.errors());
    }

    /** Where it finds one of its files. */
    String file(String name) {
        return site.folder().resolve(name).toString();
    }

    private String installed(String path) {
        return file("node_modules/" + path);
    }

    private Packaged passed(ProcessBuilder process) {
        Packaged program = site.start(process);
        if (program.exitCode(LONGEST) != 0) {
            throw new AssertionError(program.account());
        }
        return program;
    }
}
