package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The MCP conformance suite against Caravan as a client; only in the profile {@code peers}, for it needs npm. */
final class McpClientPeersIT {

    @RegisterExtension
    static final Site SITE = Site.forAllTests();

    private static Optional<ConformanceSuite> suite = Optional.empty();

    @BeforeAll
    static void installTheSuite() throws IOException {
        suite = Optional.of(ConformanceSuite.install(SITE));
    }

    @ParameterizedTest
    @CsvSource({
        "2025-06-18, initialize, 1",
        "2025-06-18, tools_call, 2",
        "2025-11-25, initialize, 1",
        "2025-11-25, tools_call, 2",
        "2025-11-25, sse-retry, 3",
        "2025-11-25, json-schema-2020-12-preservation, 9",
        "2026-07-28, tools_call, 2",
        "2026-07-28, request-metadata, 5",
        "2026-07-28, sep-2322-client-request-state, 5",
        "2026-07-28, http-standard-headers, 3",
        "2026-07-28, http-custom-headers, 18",
        "2026-07-28, http-invalid-tool-headers, 12",
        "2026-07-28, json-schema-ref-no-deref, 1",
        "2026-07-28, json-schema-2020-12-preservation, 9"
    })
    void passesTheScenariosThatAreAboutTools(String revision, String scenario, int checks) {
        Map<String, String> environment = Map.of("CLASSPATH", System.getProperty("java.class.path"));

        String output = suite.orElseThrow()
                .run(
                        environment,
                        "client",
                        "--command",
                        System.getProperty("java.home")
                                + "/bin/java -XX:TieredStopAtLevel=1 io.caravan.McpConformanceClient",
                        "--timeout",
                        "120000",
                        "--scenario",
                        scenario,
                        "--spec-version",
                        revision);

        assertThat(output).contains("Passed: " + checks + "/" + checks + ", 0 failed");
    }
}
