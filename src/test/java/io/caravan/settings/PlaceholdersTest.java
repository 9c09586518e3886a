package io.caravan.settings;

import static io.caravan.settings.SettingsFixture.load;
import static io.caravan.settings.SettingsFixture.refusal;
import static io.caravan.settings.SettingsFixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceholdersTest {

    @TempDir
    Path folder;

    @Test
    void bringInTheEnvironment() {
        assertThat(load(Map.of("P", "81"), "caravan.port={{env:P}}").server().port())
                .isEqualTo(81);
        assertThat(set("caravan.port={{env:P:82}}").server().port()).isEqualTo(82);
        assertThat(model(Map.of("A", "a", "B", "b"), "x-{{env:A}}-{{env:C:{{env:B}}}}-{{env:D:}}-y"))
                .contains("x-a-b--y");
    }

    @Test
    void bringInOtherSettingsAndTheirDefaults() {
        Settings settings = set(
                "team.box=gpu-box",
                "caravan.provider.ollama.url=http://{{team.box}}:{{caravan.port}}",
                "caravan.work-dir={{caravan.log.format:plain}}");

        assertThat(settings.providers().get(0).url()).hasToString("http://gpu-box:8000");
        assertThat(settings.work().workDir()).isEqualTo(Path.of("plain"));
    }

    @Test
    void leaveCamelsOwnFunctionsToCamel() {
        Settings settings = set(
                "caravan.provider.ollama.api-key={{aws:openai#key}}",
                "caravan.provider.ollama.model={{sys:user.name}}");

        Secret key = settings.providers().get(0).apiKey().orElseThrow();
        assertThat(key).isEqualTo(new Secret("{{aws:openai#key}}"));
        assertThat(key.unresolved()).isTrue();
        assertThat(settings.providers().get(0).model()).contains("{{sys:user.name}}");
    }

    @Test
    void thatLeadNowhereStopTheStart() {
        assertThat(refusal("caravan.provider.ollama.api-key={{env:OPENAI_API_KEY}}"))
                .isEqualTo("caravan.provider.ollama.api-key: the value needs the environment variable OPENAI_API_KEY,"
                        + " which is not set (--set)");
        assertThat(refusal("caravan.port={{no.such}}"))
                .isEqualTo("caravan.port: \"{{no.such}}\" needs the setting no.such, which is not set (--set)");
        assertThat(refusal("caravan.port={{env:P")).contains("has a {{ without its }}");
    }

    @Test
    void thatLeadInACircleStopTheStart() {
        assertThat(refusal("caravan.work-dir={{a}}", "a={{b}}", "b={{a}}")).contains("refers to itself, through a");
        assertThat(refusal("caravan.work-dir={{caravan.work-dir}}")).contains("refers to itself");
    }

    @Test
    void doNotShowWhatTheyBroughtIn() {
        assertThat(refusal(Map.of("KEY", "sk-123"), "caravan.port={{env:KEY}}"))
                .isEqualTo("caravan.port: the value of \"{{env:KEY}}\" is not a whole number from 0 to 65535 (--set)");
        assertThat(refusal(Map.of("KEY", "sk-123 two"), "caravan.provider.ollama.api-key={{env:KEY}}"))
                .doesNotContain("sk-123");
    }

    @Test
    void areNotNeededWhereAFileHoldsTheKey() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "  sk-123\n");

        Settings settings = set("caravan.provider.ollama.api-key-file=" + file);

        assertThat(settings.providers().get(0).apiKey()).contains(new Secret("sk-123"));
        assertThat(settings.providers().toString()).doesNotContain("sk-123");
    }

    @Test
    void inAKeyFileAreRefusedAsIsAnythingButKeys() throws Exception {
        Path two = Files.writeString(folder.resolve("two"), "sk-123 sk-456\n");
        Path empty = Files.createFile(folder.resolve("empty"));
        Path placeholder = Files.writeString(folder.resolve("placeholder"), "{{env:KEY}}");

        assertThat(refusal("caravan.provider.ollama.api-key-file=" + two))
                .isEqualTo("caravan.provider.ollama.api-key-file: " + two
                        + " does not hold one word of visible ASCII characters a line (--set)");
        assertThat(refusal("caravan.provider.ollama.api-key-file=" + empty)).contains("does not hold one word");
        assertThat(refusal("caravan.provider.ollama.api-key-file=" + placeholder))
                .contains("no placeholder");
        assertThat(refusal("caravan.provider.ollama.api-key-file=" + folder.resolve("none")))
                .contains("is not a file that can be read");
        assertThat(refusal("caravan.provider.ollama.api-key-file=" + two, "caravan.provider.ollama.api-key=k"))
                .contains("cannot be set beside");
    }

    private static Optional<String> model(Map<String, String> environment, String text) {
        return load(environment, "caravan.provider.ollama.model=" + text)
                .providers()
                .get(0)
                .model();
    }
}
