package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.demo.ScriptedModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that cannot be: one line that names the setting or the file, no stack trace; exit code 1, or 2 where the command line is wrong. */
final class RefusedStartsIT {

    @RegisterExtension
    final Site site = Site.forEachTest();

    @Test
    void namesTheSettingWithABadValue() {
        assertThatRunRefuses("--set", "caravan.shutdown-grace=soon")
                .singleElement()
                .asString()
                .contains("caravan.shutdown-grace", "soon");
    }

    @Test
    void namesTheSettingWithABadValueInTheEnvironment() {
        ProcessBuilder process = Distribution.process(Distribution.launcher(), "run");
        process.environment().put("CARAVAN_PORT", "eighty");

        assertThatRefused(site.start(process))
                .singleElement()
                .asString()
                .contains("caravan.port", "eighty", "CARAVAN_PORT");
    }

    @Test
    void tellsTheKnownSettingNearestToAnUnknownOne() {
        assertThatRunRefuses("--set", "caravan.max-concurent=9")
                .singleElement()
                .asString()
                .contains("caravan.max-concurent", "caravan.max-concurrent");
    }

    @Test
    void namesThePortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatRunRefuses("--set", "caravan.port=" + taken.getLocalPort())
                    .singleElement()
                    .asString()
                    .contains("caravan.port", ":" + taken.getLocalPort());
        }
    }

    @Test
    void namesTheManagementPortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatRunRefuses("--set", "caravan.management.port=" + taken.getLocalPort())
                    .singleElement()
                    .asString()
                    .contains("caravan.management.port", ":" + taken.getLocalPort());
        }
    }

    @Test
    void namesTheProcessThatHasTheWorkDir() {
        try (ScriptedModel model = ScriptedModel.start()) {
            Packaged first = site.run(model);

            assertThatRunRefuses()
                    .singleElement()
                    .asString()
                    .contains("caravan.work-dir", site.work().getFileName().toString())
                    .contains(Long.toString(first.handle().pid()));
        }
    }

    @Test
    void namesTheWorkDirThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(site.folder().resolve("file"), "not a folder");

        assertThatRunRefuses("--set", "caravan.work-dir=" + file.resolve("work"))
                .singleElement()
                .asString()
                .contains("caravan.work-dir", file.toString());
    }

    @Test
    void namesFileAndLineOfABrokenRoute() {
        Site.put(site.folder().resolve("mine/broken.camel.yaml"), """
                - route:
                    id: broken
                    from:
                      uri: direct:broken
                      steps:
                        - tooo: direct:chat
                """);

        assertThatRunRefuses("--routes", "mine").singleElement().asString().contains("broken.camel.yaml:6", "tooo");
    }

    @Test
    void namesFileAndLineOfAMistypedEndpointOption() {
        Site.put(site.folder().resolve("mine/broken.camel.yaml"), """
                - route:
                    id: broken
                    routeConfigurationId: failures
                    from:
                      uri: file:tickets
                      parameters:
                        inclood: a.txt
                      steps:
                        - to: direct:chat
                """);

        assertThatRunRefuses("--routes", "mine").singleElement().asString().contains("broken.camel.yaml", "inclood");
    }

    @Test
    void namesTheRoutesFolderThatIsNotThere() {
        assertThatUsageIsWrong("run", "--routes", "nowhere")
                .singleElement()
                .asString()
                .contains("--routes", "nowhere");
    }

    @Test
    void namesTheSettingsFileThatIsNotThere() {
        assertThatUsageIsWrong("run", "--config", "nothing.properties")
                .singleElement()
                .asString()
                .contains("--config", "nothing.properties");
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "=8001", ""})
    void asksForAKeyAndAValue(String set) {
        assertThatUsageIsWrong("run", "--set", set).singleElement().asString().contains("--set", "KEY=VALUE");
        assertThatUsageIsWrong("doctor", "--set", set)
                .singleElement()
                .asString()
                .contains("--set", "KEY=VALUE");
    }

    @Test
    void listensToNoOtherMachineWithoutAToken() {
        assertThatRunRefuses("--set", "caravan.host=0.0.0.0")
                .singleElement()
                .asString()
                .contains("caravan.host", "caravan.auth.token.");
    }

    private ListAssert<String> assertThatRunRefuses(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("run", "--set", "caravan.management.port=0", "--set", "caravan.port=0"));
        all.addAll(List.of(arguments));
        return assertThatRefused(site.caravan(all.toArray(String[]::new)));
    }

    private ListAssert<String> assertThatUsageIsWrong(String... arguments) {
        return assertThatRefused(site.caravan(arguments), 2);
    }

    private static ListAssert<String> assertThatRefused(Packaged program) {
        return assertThatRefused(program, 1);
    }

    private static ListAssert<String> assertThatRefused(Packaged program, int exitCode) {
        assertThat(program.exitCode()).isEqualTo(exitCode);
        assertThat(program.output()).isEmpty();
        return assertThat(program.errors());
    }
}
