package io.caravan.settings;

import static io.caravan.settings.SettingsFixture.file;
import static io.caravan.settings.SettingsFixture.load;
import static io.caravan.settings.SettingsFixture.message;
import static io.caravan.settings.SettingsFixture.refusal;
import static io.caravan.settings.SettingsFixture.set;
import static io.caravan.settings.SettingsFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.chat.Options;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @TempDir
    Path folder;

    @Test
    void hasTheDocumentedDefaultsWhenNothingIsSet() {
        Settings settings = set();

        assertThat(settings.server())
                .isEqualTo(new ServerSettings("127.0.0.1", 8000, 9876, List.of(), Map.of(), Optional.empty()));
        assertThat(settings.webSocket())
                .isEqualTo(
                        new WebSocketSettings(4 << 20, 8 << 20, Duration.ofSeconds(10), Duration.ofSeconds(30), 1024));
        assertThat(settings.admission()).isEqualTo(new AdmissionSettings(256, 1024));
        assertThat(settings.work()).isEqualTo(new WorkSettings(Path.of("work"), Path.of("plugins")));
        assertThat(settings.log()).isEqualTo(new LogSettings(Optional.empty(), LogSettings.Level.INFO));
        assertThat(settings.shutdownGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.providers())
                .containsExactly(new ProviderSettings(
                        "ollama",
                        ProviderType.OLLAMA,
                        List.of(new ServerAddress(URI.create("http://localhost:11434"), Optional.empty())),
                        Optional.empty(),
                        Map.of(),
                        Optional.empty(),
                        Options.NONE,
                        256,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(30),
                        2,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(30),
                        new BreakerSettings(20, 5, 50, Duration.ofSeconds(30)),
                        ResumeMode.PREFIX,
                        RateSettings.UNLIMITED,
                        StreamOptions.USAGE,
                        new AgentSettings(
                                "/stream",
                                AgentSettings.Shape.AUTO,
                                AgentRequestShape.Named.PLAIN,
                                Optional.empty(),
                                Optional.empty(),
                                AgentSettings.Text.DELTA,
                                Optional.empty())));
    }

    @Test
    void allowsMoreAtOnceWithVirtualThreads() {
        Settings settings = Settings.load(Optional.empty(), Map.of(), List.of(), true);

        assertThat(settings.admission().maxConcurrent()).isEqualTo(10_000);
        assertThat(settings.providers().get(0).maxConnections()).isEqualTo(10_000);
    }

    @Test
    void keepsWhatIsSetForMaxConcurrentAlsoWithVirtualThreads() {
        Settings settings = Settings.load(Optional.empty(), Map.of(), List.of("caravan.max-concurrent=7"), true);

        assertThat(settings.admission().maxConcurrent()).isEqualTo(7);
        assertThat(settings.providers().get(0).maxConnections()).isEqualTo(7);
    }

    @Test
    void letsTheLaterSourceWin() {
        Path file = write(folder, "caravan.port=1", "caravan.management.port=2", "caravan.max-waiting=3");
        Map<String, String> environment = Map.of("CARAVAN_MANAGEMENT_PORT", "20", "CARAVAN_MAX_WAITING", "30");
        List<String> sets = List.of("caravan.max-waiting=300", "caravan.max-waiting=301");

        Settings settings = Settings.load(Optional.of(file), environment, sets, false);

        assertThat(settings.server().port()).isEqualTo(1);
        assertThat(settings.server().managementPort()).isEqualTo(20);
        assertThat(settings.admission().maxWaiting()).isEqualTo(301);
        assertThat(settings.server().host()).isEqualTo("127.0.0.1");
    }

    @Test
    void takesAnEmptyValueAsNotSet() {
        Settings settings = load(Map.of("CARAVAN_PORT", ""), "caravan.port=1", "caravan.port=", "caravan.log.level=");

        assertThat(settings.server().port()).isEqualTo(8000);
        assertThat(settings.log().level()).isEqualTo(LogSettings.Level.INFO);
    }

    @Test
    void refusesAnUnknownKeyAndNamesTheNearestOne() {
        assertThat(refusal("caravan.prot=1"))
                .isEqualTo("caravan.prot is not a setting; the nearest is caravan.port (--set)");
        assertThat(refusal("caravan.provider.vllm.idle-timout=1s"))
                .isEqualTo("caravan.provider.vllm.idle-timout is not a setting; the nearest is"
                        + " caravan.provider.vllm.idle-timeout (--set)");
        assertThat(refusal("caravan.providr.vllm.url=http://a")).contains("caravan.provider.vllm.url");
        assertThat(refusal("caravan.auth.tokens.alice=abc"))
                .contains("caravan.auth.token.alice")
                .doesNotContain("abc");
    }

    @Test
    void namesFileAndLineOfABadValue() {
        String message =
                message(() -> file(folder, "# a comment", "", "caravan.host = \\", "  127.0.0.1", "caravan.port=80x"));

        assertThat(message)
                .isEqualTo("caravan.port: \"80x\" is not a whole number from 0 to 65535 ("
                        + folder.resolve("application.properties") + ":5)");
    }

    @Test
    void namesTheVariableOfABadValue() {
        assertThat(refusal(Map.of("CARAVAN_PORT", "65536")))
                .isEqualTo("caravan.port: \"65536\" is not a whole number from 0 to 65535"
                        + " (environment variable CARAVAN_PORT)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "caravan.host=not a host",
                "caravan.host=[::1",
                "caravan.management.port=-1",
                "caravan.allowed-origins=example.org",
                "caravan.allowed-origins=https://example.org/page",
                "caravan.allowed-origins=https://a.org,,https://b.org",
                "caravan.allowed-origins=https://a.org,https://a.org",
                "caravan.websocket.max-message-size=4",
                "caravan.websocket.max-message-size=4 mib",
                "caravan.websocket.max-message-size=1B",
                "caravan.websocket.outgoing-bytes=999999999GiB",
                "caravan.websocket.slow-after=10",
                "caravan.websocket.ping-interval=0s",
                "caravan.websocket.max-in-flight=0",
                "caravan.max-concurrent=0",
                "caravan.max-concurrent=many",
                "caravan.providers=Ollama",
                "caravan.providers=ollama,ollama",
                "caravan.providers=ollama,",
                "caravan.provider.ollama.type=olama",
                "caravan.provider.ollama.url=localhost:11434",
                "caravan.provider.ollama.url=ftp://localhost",
                "caravan.provider.ollama.url=http://",
                "caravan.provider.ollama.url=http://localhost/?a=b",
                "caravan.provider.ollama.temperature=2.1",
                "caravan.provider.ollama.temperature=warm",
                "caravan.provider.ollama.top-p=NaN",
                "caravan.provider.ollama.max-tokens=0",
                "caravan.provider.ollama.idle-timeout=1 minute",
                "caravan.provider.ollama.idle-timeout=25d",
                "caravan.provider.ollama.max-retries=101",
                "caravan.provider.ollama.breaker.failure-rate=0",
                "caravan.provider.ollama.breaker.failure-rate=101%",
                "caravan.shutdown-grace=soon",
                "caravan.log.format=xml",
                "caravan.log.level=loud",
            })
    void refusesABadValueInOneLineThatNamesKeyValueAndOrigin(String set) {
        String key = set.substring(0, set.indexOf('='));
        String value = set.substring(set.indexOf('=') + 1);

        assertThat(refusal(set))
                .startsWith(key + ": \"" + value + "\" ")
                .endsWith("(--set)")
                .hasSizeGreaterThan(key.length() + value.length() + 20)
                .doesNotContain("\n");
    }

    @Test
    void saysThatAUnitIsMissing() {
        assertThat(refusal("caravan.shutdown-grace=30"))
                .isEqualTo("caravan.shutdown-grace: \"30\" has no unit: expected one of ms, s, m, h, d (--set)");
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "30s,30000", "5 m,300000", "1h,3600000", "24d,2073600000", "0,0"})
    void readsDurationsWithTheirUnit(String text, long milliseconds) {
        assertThat(set("caravan.shutdown-grace=" + text).shutdownGrace()).hasMillis(milliseconds);
    }

    @ParameterizedTest
    @CsvSource({"8MiB,8388608", "64KiB,65536", "70kB,70000", "2MB,2000000", "1GiB,1073741824", "70000B,70000"})
    void readsSizesWithTheirUnit(String text, int bytes) {
        assertThat(set("caravan.websocket.outgoing-bytes=" + text).webSocket().outgoingBytes())
                .isEqualTo(bytes);
    }

    @Test
    void readsPercentagesAndNamesInAnyLetters() {
        Settings settings = set(
                "caravan.provider.ollama.breaker.failure-rate=75%",
                "caravan.log.level=DEBUG", "caravan.log.format=Json");

        assertThat(settings.providers().get(0).breaker().failureRate()).isEqualTo(75);
        assertThat(settings.log())
                .isEqualTo(new LogSettings(Optional.of(LogSettings.Format.JSON), LogSettings.Level.DEBUG));
    }

    @Test
    void logsTextToATerminalAndJsonElsewhereUnlessOneIsSet() {
        LogSettings unset = set().log();
        LogSettings json = set("caravan.log.format=json").log();

        assertThat(unset.format(true)).isEqualTo(LogSettings.Format.TEXT);
        assertThat(unset.format(false)).isEqualTo(LogSettings.Format.JSON);
        assertThat(json.format(true)).isEqualTo(LogSettings.Format.JSON);
    }

    @Test
    void passesOtherKeysOnAsTheyAreWritten() {
        Settings settings = set("camel.main.name={{env:NOT_SET}}", "team.folder = /data", "camel.no.such=1");

        assertThat(settings.properties())
                .containsEntry("camel.main.name", "{{env:NOT_SET}}")
                .containsEntry("team.folder", "/data")
                .containsEntry("camel.no.such", "1");
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void warnsOfAKeyThatBeginsNearlyLikeOurs() {
        assertThat(set("carvan.port=1").warnings())
                .containsExactly("carvan.port is not a setting of Caravan, whose keys begin with caravan. (--set)");
        assertThat(set("Caravan.port=1").warnings()).hasSize(1);
    }

    @Test
    void warnsOfAKeyThatIsSetTwiceInTheFile() {
        Settings settings = file(folder, "caravan.port=1", "caravan.port=2");

        assertThat(settings.server().port()).isEqualTo(2);
        assertThat(settings.warnings())
                .singleElement()
                .asString()
                .startsWith("caravan.port is set twice: ")
                .contains(":2 counts, not ");
    }

    @Test
    void offersRoutesEveryValueThatIsNotASecret() {
        Settings settings = load(
                Map.of("KEY", "sk-123"),
                "caravan.providers=vllm",
                "caravan.provider.vllm.type=openai",
                "caravan.provider.vllm.url=http://localhost:1/v1/",
                "caravan.provider.vllm.api-key={{env:KEY}}",
                "caravan.auth.token.alice=tok-456",
                "caravan.provider.vllm.headers.X-Key=hdr-789");

        assertThat(settings.properties())
                .containsEntry("caravan.port", "8000")
                .containsEntry("caravan.max-concurrent", "256")
                .containsEntry("caravan.provider.vllm.type", "openai")
                .containsEntry("caravan.provider.vllm.url", "http://localhost:1/v1")
                .containsEntry("caravan.provider.vllm.max-connections", "256")
                .containsEntry("caravan.provider.vllm.breaker.open-for", "30s");
        assertThat(settings.properties().toString()).doesNotContain("sk-123", "tok-456", "hdr-789", "caravan.auth");
    }

    @Test
    void findsTheFileThatWasAskedForElseTheFirstThatIsThere() {
        Path file = write(folder);

        assertThat(Settings.file(Optional.empty(), List.of(folder.resolve("none"), folder)))
                .contains(file);
        assertThat(Settings.file(Optional.empty(), List.of(folder.resolve("none"))))
                .isEmpty();
        assertThat(Settings.file(Optional.of(file), List.of())).contains(file);
        assertThat(message(() -> Settings.file(Optional.of(folder.resolve("none")), List.of(folder))))
                .isEqualTo("--config " + folder.resolve("none") + ": there is no such file");
    }

    @Test
    void refusesAFileThatIsNotThereOrNotReadable() throws Exception {
        Path latin = Files.write(folder.resolve("latin"), new byte[] {'a', '=', (byte) 0xe4});
        Path escape = Files.writeString(folder.resolve("escape"), "b=1\na=\\u12\n");

        assertThat(message(() -> loadFile(folder.resolve("none")))).endsWith("none: there is no such settings file");
        assertThat(message(() -> loadFile(latin))).endsWith("latin: is not UTF-8");
        assertThat(message(() -> loadFile(escape))).contains("escape:2: not readable");
    }

    private static Settings loadFile(Path file) {
        return Settings.load(Optional.of(file), Map.of(), List.of(), false);
    }

    @Test
    void refusesASetWithoutAKey() {
        assertThat(refusal("caravan.port")).startsWith("--set needs KEY=VALUE");
        assertThat(refusal("=1")).startsWith("--set needs KEY=VALUE");
    }

    @Test
    void readsTheOptionsOfAProvider() {
        ProviderSettings ollama = set(
                        "caravan.provider.ollama.temperature=0.5",
                        "caravan.provider.ollama.top-p=1",
                        "caravan.provider.ollama.max-tokens=99",
                        "caravan.provider.ollama.system=Be brief.",
                        "caravan.provider.ollama.model=llama3.2")
                .providers()
                .get(0);

        assertThat(ollama.options())
                .isEqualTo(new Options(
                        OptionalDouble.of(0.5),
                        OptionalDouble.of(1),
                        OptionalInt.of(99),
                        List.of(),
                        OptionalLong.empty()));
        assertThat(ollama.system()).contains("Be brief.");
        assertThat(ollama.model()).contains("llama3.2");
    }
}
