package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.ScriptedModel;
import io.caravan.testing.TestApp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code doctor} says, and what {@code run} says of the same. */
final class PreflightIT {

    @RegisterExtension
    final Site site = Site.forEachTest();

    @Test
    void findsEverythingInOrder() {
        try (ScriptedModel model = ScriptedModel.start()) {
            Packaged doctor = doctor(model.url().toString(), "scripted");

            assertThat(doctor.exitCode()).isZero();
            assertThat(doctor.errors()).isEmpty();
            assertThat(doctor.output().lines())
                    .allMatch(line -> line.startsWith("ok "))
                    .anyMatch(line -> line.contains("has the model scripted"));
        }
    }

    @Test
    void failsWhereNoServerIsAndSaysWhatToDo() {
        Packaged doctor = doctor("http://127.0.0.1:" + TestApp.closedPort(), "scripted");

        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.output().lines())
                .filteredOn(line -> line.startsWith("FAIL"))
                .singleElement()
                .asString()
                .contains("provider ollama", "nothing listens at", "caravan.provider.ollama.url");
    }

    @Test
    void saysWhatElseIsWrongWhereARouteOfTheTeamIs() {
        Site.put(site.folder().resolve("routes/torn.camel.yaml"), "- route: [");

        try (ScriptedModel model = ScriptedModel.start()) {
            Packaged doctor = site.caravan(
                    "doctor",
                    "--routes",
                    "routes",
                    "--set",
                    "caravan.provider.ollama.url=" + model.url(),
                    "--set",
                    "caravan.broker.url=tcp://127.0.0.1:" + TestApp.closedPort());

            assertThat(doctor.exitCode()).isEqualTo(1);
            assertThat(doctor.output().lines())
                    .filteredOn(line -> line.startsWith("FAIL"))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("torn.camel.yaml"))
                    .anyMatch(line -> line.contains("broker"));
        }
    }

    @Test
    void isNotStoppedByAMissingModel() {
        try (ScriptedModel model = ScriptedModel.start()) {
            Packaged doctor = doctor(model.url().toString(), "mistral");

            assertThat(doctor.exitCode()).isZero();
            assertThat(doctor.output().lines())
                    .filteredOn(line -> line.startsWith("warn"))
                    .singleElement()
                    .asString()
                    .contains("has no model mistral", "scripted");
        }
    }

    @Test
    void startsWithoutAServerAndWarnsOnce() {
        Packaged program = site.caravan(
                        "run",
                        "--set",
                        "caravan.port=0",
                        "--set",
                        "caravan.management.port=0",
                        "--set",
                        "caravan.provider.ollama.model=x",
                        "--set",
                        "caravan.provider.ollama.url=http://127.0.0.1:" + TestApp.closedPort())
                .ready();

        await().until(() -> program.errors().stream().anyMatch(line -> line.contains("nothing listens at")));

        assertThat(program.errors())
                .filteredOn(line -> line.contains("\"WARN\""))
                .singleElement()
                .asString()
                .contains("provider ollama");
    }

    private Packaged doctor(String url, String model) {
        return site.caravan(
                "doctor",
                "--set",
                "caravan.port=0",
                "--set",
                "caravan.management.port=0",
                "--set",
                "caravan.provider.ollama.url=" + url,
                "--set",
                "caravan.provider.ollama.model=" + model);
    }
}
