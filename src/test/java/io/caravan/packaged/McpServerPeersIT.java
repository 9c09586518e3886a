package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.demo.ScriptedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The MCP conformance suite against Caravan as a server; only in the profile {@code peers}, for it needs npm. */
final class McpServerPeersIT {

    @RegisterExtension
    static final Site SITE = Site.forAllTests();

    private static final List<String> FILES = List.of("package.json", "package-lock.json", "not-for-tools.yml");
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static ScriptedModel model;
    private static String url = "";

    @BeforeAll
    static void installTheSuiteAndStartCaravan() throws IOException {
        model = ScriptedModel.start();
        for (String file : FILES) {
            Files.copy(
                    Path.of("src/test/peers/conformance", file), SITE.folder().resolve(file));
        }
        // With its scripts: one of them brings the Node.js that the suite needs.
        run(new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund"));
        String tools =
                Path.of("src/test/resources/conformance").toAbsolutePath().toString();
        url = SITE.run(model, "--routes", tools)
                .url()
                .replace("ws://", "http://")
                .replace("/ws/chat", "/mcp");
    }

    @AfterAll
    static void stopTheModel() {
        model.close();
    }

    @ParameterizedTest
    @CsvSource({"2025-06-18, 6", "2025-11-25, 10", "2026-07-28, 13"})
    void passesEveryScenarioOfARevisionThatIsAboutTools(String revision, int scenarios) {
        Packaged suite = run(new ProcessBuilder(
                "node_modules/node/bin/node",
                "node_modules/@modelcontextprotocol/conformance/dist/index.js",
                "server",
                "--url",
                url,
                "--suite",
                "all",
                "--spec-version",
                revision,
                "--expected-failures",
                "not-for-tools.yml"));

        assertThat(suite.output().lines().filter(line -> line.startsWith("✓ "))).hasSize(scenarios);
    }

    private static Packaged run(ProcessBuilder process) {
        Packaged program = SITE.start(process);
        if (program.exitCode(LONGEST) != 0) {
            throw new AssertionError(program.account());
        }
        return program;
    }
}
