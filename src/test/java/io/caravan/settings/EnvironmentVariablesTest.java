package io.caravan.settings;

import static io.caravan.settings.SettingsFixture.load;
import static io.caravan.settings.SettingsFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentVariablesTest {

    @Test
    void setsWhatTheyName() {
        Settings settings = load(Map.of(
                "CARAVAN_PORT", "81",
                "CARAVAN_PROVIDER_OLLAMA_URL", "http://elsewhere:1",
                "CARAVAN_PROVIDER_OLLAMA_BREAKER_MINIMUM_CALLS", "9",
                "CARAVAN_WEBSOCKET_MAX_IN_FLIGHT", "3"));

        assertThat(settings.server().port()).isEqualTo(81);
        assertThat(settings.providers().get(0).url()).hasToString("http://elsewhere:1");
        assertThat(settings.providers().get(0).breaker().minimumCalls()).isEqualTo(9);
        assertThat(settings.webSocket().maxInFlight()).isEqualTo(3);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void knowProvidersThatTheyThemselvesName() {
        Settings settings = load(Map.of(
                "CARAVAN_PROVIDERS", "gpu-box, ollama",
                "CARAVAN_PROVIDER_GPU_BOX_TYPE", "openai",
                "CARAVAN_PROVIDER_GPU_BOX_API_KEY", "k",
                "CARAVAN_PROVIDER_GPU_BOX_API_KEY_FILE", ""));

        assertThat(settings.providers().get(0).name()).isEqualTo("gpu-box");
        assertThat(settings.providers().get(0).apiKey()).contains(new Secret("k"));
    }

    @Test
    void nameTokensAndHeadersInSmallLettersWithDashes() {
        Settings settings =
                load(Map.of("CARAVAN_AUTH_TOKEN_BUILD_BOT", "t", "CARAVAN_PROVIDER_OLLAMA_HEADERS_X_TEAM", "blue"));

        assertThat(settings.server().tokens()).containsOnlyKeys("build-bot");
        assertThat(settings.providers().get(0).headers()).containsOnlyKeys("x-team");
    }

    @Test
    void meanTheSpellingThatIsAlreadyThere() {
        Settings settings = load(
                Map.of("CARAVAN_AUTH_TOKEN_BUILD_BOT", "t", "CARAVAN_PROVIDER_OLLAMA_HEADERS_X_TEAM", "blue"),
                "caravan.auth.token.Build_Bot=",
                "caravan.provider.ollama.headers.X-Team=red");

        assertThat(settings.server().tokens()).isEmpty();
        assertThat(settings.providers().get(0).headers()).containsOnlyKeys("X-Team");
    }

    @Test
    void areRefusedWhereTheyCanMeanTwoThings() {
        assertThat(refusal(
                        Map.of("CARAVAN_PROVIDER_A_HEADERS_X_URL", "http://x"),
                        "caravan.providers=a,a-headers-x",
                        "caravan.provider.a.type=ollama",
                        "caravan.provider.a-headers-x.type=ollama"))
                .isEqualTo("environment variable CARAVAN_PROVIDER_A_HEADERS_X_URL can mean"
                        + " caravan.provider.a-headers-x.url or caravan.provider.a.headers.x-url:"
                        + " set it in a file instead");
    }

    @Test
    void areOnlyWarnedAboutWhereTheyMeanNothing() {
        Settings settings = load(Map.of("CARAVAN_PROT", "1", "CARAVAN_PROVIDER_VLLM_URL", "http://x"));

        assertThat(settings.warnings())
                .containsExactly(
                        "CARAVAN_PROT in the environment is not a setting and is ignored (nearest: CARAVAN_PORT)",
                        "CARAVAN_PROVIDER_VLLM_URL in the environment is not a setting and is ignored (nearest:"
                                + " CARAVAN_PROVIDER_OLLAMA_URL)");
    }

    @Test
    void ofTheLauncherAndOfOthersAreLeftAlone() {
        assertThat(load(Map.of("CARAVAN_JAVA", "j", "CARAVAN_HOME", "h", "CARAVAN_JAVA_OPTS", "o", "PATH", "p"))
                        .warnings())
                .isEmpty();
    }
}
