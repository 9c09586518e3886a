package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.demo.ScriptedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The MCP conformance suite against Caravan as a server; only in the profile {@code peers}, for it needs npm. */
final class McpServerPeersIT {

    @RegisterExtension
    static final Site SITE = Site.forAllTests();

    private static ScriptedModel model;
    private static Optional<ConformanceSuite> suite = Optional.empty();
    private static String url = "";

    @BeforeAll
    static void installTheSuiteAndStartCaravan() throws IOException {
        model = ScriptedModel.start();
        suite = Optional.of(ConformanceSuite.install(SITE));
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
        ConformanceSuite installed = suite.orElseThrow();
        String output = installed.run(
                Map.of(),
                "server",
                "--url",
                url,
                "--suite",
                "all",
                "--spec-version",
                revision,
                "--expected-failures",
                installed.file("not-for-tools.yml"));

        assertThat(output.lines().filter(line -> line.startsWith("✓ "))).hasSize(scenarios);
    }
}
