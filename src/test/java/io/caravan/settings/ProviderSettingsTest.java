package io.caravan.settings;

import static io.caravan.settings.SettingsFixture.refusal;
import static io.caravan.settings.SettingsFixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderSettingsTest {

    @Test
    void keepsTheOrderOfFallback() {
        Settings settings = set("caravan.providers=openai , ollama");

        assertThat(settings.providers()).extracting(ProviderSettings::name).containsExactly("openai", "ollama");
        assertThat(settings.provider("ollama")).contains(settings.providers().get(1));
        assertThat(settings.provider("vllm")).isEmpty();
    }

    @Test
    void takesTypeAndAddressFromANameThatIsAType() {
        ProviderSettings openai = set("caravan.providers=openai").providers().get(0);

        assertThat(openai.type()).isEqualTo(ProviderType.OPENAI);
        assertThat(openai.url()).isEqualTo(URI.create("https://api.openai.com/v1"));
    }

    @Test
    void needsATypeForAnyOtherName() {
        assertThat(refusal("caravan.providers=vllm"))
                .isEqualTo(
                        "caravan.provider.vllm.type must be set, because \"vllm\" is not itself one of ollama, openai, agent"
                                + " (--set)");
    }

    @Test
    void servesACompatibleServerUnderAnyName() {
        ProviderSettings vllm = set(
                        "caravan.providers=vllm",
                        "caravan.provider.vllm.type=openai",
                        "caravan.provider.vllm.url=http://gpu-box:8080/v1/")
                .providers()
                .get(0);

        assertThat(vllm.type()).isEqualTo(ProviderType.OPENAI);
        assertThat(vllm.url()).isEqualTo(URI.create("http://gpu-box:8080/v1"));
    }

    @Test
    void warnsOfAnOpenAiAddressWithoutAPath() {
        assertThat(set("caravan.providers=openai", "caravan.provider.openai.url=http://localhost:8080")
                        .warnings())
                .singleElement()
                .asString()
                .contains("caravan.provider.openai.url", "/v1");
    }

    @Test
    void warnsOfSettingsForAProviderThatIsNotUsedWithoutReadingThem() {
        assertThat(set("caravan.provider.openai.api-key={{env:NOT_SET}}", "caravan.provider.openai.model=m")
                        .warnings())
                .containsExactly("caravan.provider.openai.* has no effect: openai is not one of caravan.providers");
    }

    @Test
    void refusesAUserOrPasswordInTheAddressWithoutShowingIt() {
        assertThat(refusal("caravan.provider.ollama.url=http://me:hidden@localhost"))
                .contains("must not hold a user name or password")
                .doesNotContain("hidden");
    }

    @Test
    void refusesAFirstPauseLongerThanTheLongest() {
        assertThat(refusal("caravan.provider.ollama.retry-backoff=31s"))
                .isEqualTo("caravan.provider.ollama.retry-backoff must not be longer than"
                        + " caravan.provider.ollama.retry-backoff-max (--set)");
    }

    @Test
    void refusesMoreMinimumCallsThanTheBreakerLooksAt() {
        assertThat(refusal("caravan.provider.ollama.breaker.window=4"))
                .isEqualTo("caravan.provider.ollama.breaker.minimum-calls must not be more than"
                        + " caravan.provider.ollama.breaker.window (--set)");
    }

    @Test
    void keepsHeadersWithTheirNamesAndHidesTheirValues() {
        ProviderSettings ollama =
                set("caravan.provider.ollama.headers.X-Team=blue").providers().get(0);

        assertThat(ollama.headers()).containsOnlyKeys("X-Team").containsEntry("X-Team", new Secret("blue"));
        assertThat(ollama.toString()).doesNotContain("blue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "content-length", "Transfer-Encoding", "no header"})
    void refusesHeadersThatWouldBreakTheCall(String header) {
        assertThat(refusal("caravan.provider.ollama.headers." + header + "=x"))
                .startsWith("caravan.provider.ollama.headers." + header + ": ");
    }

    @Test
    void refusesTwoWaysToAuthorise() {
        assertThat(refusal(
                        "caravan.provider.ollama.api-key=k", "caravan.provider.ollama.headers.Authorization=Basic abc"))
                .contains("cannot be set beside", "caravan.provider.ollama.api-key");
    }
}
