package io.caravan.settings;

import static io.caravan.settings.SettingsFixture.refusal;
import static io.caravan.settings.SettingsFixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                .startsWith(
                        "caravan.provider.vllm.type must be set, because \"vllm\" is not itself one of ollama, openai, ")
                .endsWith(" (--set)");
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
    void warnsOfAnAnthropicAddressWithThePathCaravanAdds() {
        assertThat(set("caravan.providers=anthropic", "caravan.provider.anthropic.url=https://api.anthropic.com/v1")
                        .warnings())
                .singleElement()
                .asString()
                .contains("caravan.provider.anthropic.url", "/v1");
        assertThat(set("caravan.providers=anthropic").warnings()).isEmpty();
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
    void warnsOfAGeminiUrlWithTheVersionThatIsAddedToIt() {
        String key = "caravan.provider.gemini.url";

        assertThat(set("caravan.providers=gemini", key + "=http://proxy/v1beta/")
                        .warnings())
                .singleElement()
                .asString()
                .contains(key, "/v1beta");
        assertThat(set("caravan.providers=gemini", key + "=http://proxy/google").warnings())
                .isEmpty();
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

    private static List<ServerAddress> servers(String... own) {
        String[] sets = Stream.of(own)
                .map(setting -> "caravan.provider.ollama." + setting)
                .toArray(String[]::new);
        return set(sets).providers().get(0).servers();
    }

    private static ServerAddress server(String url, String key) {
        return new ServerAddress(URI.create(url), Optional.of(new Secret(key)));
    }

    @Test
    void showsOneKeyToAllServers() {
        assertThat(servers("url=http://a:1, http://b:2/", "api-key=k"))
                .containsExactly(server("http://a:1", "k"), server("http://b:2", "k"));
    }

    @Test
    void takesSeveralKeysForAsManyServersAtTheSameAddress() {
        assertThat(servers("url=http://a:1", "api-key=k1,k2"))
                .containsExactly(server("http://a:1", "k1"), server("http://a:1", "k2"));
    }

    @Test
    void bringsAsManyAddressesAndKeysTogetherInPairs() {
        assertThat(servers("url=http://a:1,http://b:2,http://a:1", "api-key=k1,{{aws:keys#a,b}},k3"))
                .containsExactly(
                        server("http://a:1", "k1"),
                        server("http://b:2", "{{aws:keys#a,b}}"),
                        server("http://a:1", "k3"));
    }

    @Test
    void takesTheKeysFromTheLinesOfAFile(@TempDir Path folder) throws IOException {
        Path keys = Files.writeString(folder.resolve("keys"), "k1\n\n  k2\n");

        assertThat(servers("url=http://a:1,http://b:2", "api-key-file=" + keys))
                .containsExactly(server("http://a:1", "k1"), server("http://b:2", "k2"));
    }

    @Test
    void refusesSomeKeysForAnotherNumberOfServers() {
        assertThat(refusal(
                        "caravan.provider.ollama.url=http://a,http://b,http://c",
                        "caravan.provider.ollama.api-key=first,second"))
                .isEqualTo("caravan.provider.ollama.url names 3 servers and caravan.provider.ollama.api-key 2 keys:"
                        + " set one key for all, or one for each (--set)");
    }

    @ParameterizedTest
    @CsvSource({"'http://a,http://a',k,url", "http://a,'k,k',api-key", "'http://a,http://a','k,k',url"})
    void refusesTheSameServerTwice(String urls, String keys, String named) {
        assertThat(refusal("caravan.provider.ollama.url=" + urls, "caravan.provider.ollama.api-key=" + keys))
                .isEqualTo("caravan.provider.ollama." + named + " names one of them twice (--set)");
    }

    @Test
    void refersRoutesToTheFirstOfSeveralAddresses() {
        Settings settings = set("caravan.provider.ollama.url=http://a:1,http://b:2");

        assertThat(settings.properties()).containsEntry("caravan.provider.ollama.url", "http://a:1");
    }

    @Test
    void limitsNoRateUnlessItIsSet() {
        assertThat(set().providers().get(0).rates()).isEqualTo(RateSettings.UNLIMITED);
        assertThat(set("caravan.provider.ollama.requests-per-minute=60", "caravan.provider.ollama.tokens-per-minute=9")
                        .providers()
                        .get(0)
                        .rates())
                .isEqualTo(new RateSettings(Optional.of(60), Optional.of(9)));
        assertThat(refusal("caravan.provider.ollama.requests-per-minute=0"))
                .contains("caravan.provider.ollama.requests-per-minute", "a whole number from 1 on");
    }

    @Test
    void refusesTwoWaysToAuthorise() {
        assertThat(refusal(
                        "caravan.provider.ollama.api-key=k", "caravan.provider.ollama.headers.Authorization=Basic abc"))
                .contains("cannot be set beside", "caravan.provider.ollama.api-key");
    }
}
