package io.caravan.settings;

import static io.caravan.settings.SettingsFixture.refusal;
import static io.caravan.settings.SettingsFixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSettingsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "[::1]", "0:0:0:0:0:0:0:1", "localhost", "LocalHost"})
    void needsNoTokenOnLoopback(String host) {
        assertThat(set("caravan.host=" + host).server().tokens()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "[::]",
                "192.168.1.7",
                "127.example.org",
                "127.0.0.1.example.org",
                "localhost.example.org"
            })
    void refusesAnyOtherHostWithoutAToken(String host) {
        assertThat(refusal("caravan.host=" + host))
                .startsWith("caravan.host: ")
                .contains("needs a token", "caravan.auth.token.NAME")
                .endsWith("(--set)");
    }

    @Test
    void listensAnywhereWithAToken() {
        ServerSettings server =
                set("caravan.host=0.0.0.0", "caravan.auth.token.alice=secret-1").server();

        assertThat(server.host()).isEqualTo("0.0.0.0");
        assertThat(server.tokens()).containsOnlyKeys("alice").containsValue(new Secret("secret-1"));
        assertThat(server.toString()).contains("alice").doesNotContain("secret-1");
    }

    @Test
    void doesNotTakeAnEmptyTokenForAToken() {
        assertThat(refusal("caravan.host=0.0.0.0", "caravan.auth.token.alice=")).contains("needs a token");
    }

    @Test
    void refusesOneTokenForTwoCallersWithoutShowingIt() {
        assertThat(refusal("caravan.auth.token.alice=secret-1", "caravan.auth.token.bob=secret-1"))
                .contains("caravan.auth.token.*")
                .doesNotContain("secret-1");
    }

    @Test
    void refusesATokenOfTwoWordsWithoutShowingIt() {
        assertThat(refusal("caravan.auth.token.alice=secret 1"))
                .isEqualTo("caravan.auth.token.alice: the value is not one word of visible ASCII characters (--set)");
    }

    @Test
    void refusesOnePortForBothButLetsTheSystemChooseTwo() {
        assertThat(refusal("caravan.port=9876"))
                .isEqualTo("caravan.management.port and caravan.port must not be the same"
                        + " (shipped application.properties:" + line("caravan.management.port=") + ", --set)");
        assertThat(set("caravan.port=0", "caravan.management.port=0").server().port())
                .isZero();
    }

    private static int line(String start) {
        try {
            return 1
                    + Files.readAllLines(Path.of("application.properties")).stream()
                            .map(line -> line.startsWith(start))
                            .toList()
                            .indexOf(true);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void takesOriginsInSmallLetters() {
        assertThat(set("caravan.allowed-origins=https://Chat.Example.org, http://localhost:3000,http://[::1]:80")
                        .server()
                        .allowedOrigins())
                .containsExactly("https://chat.example.org", "http://localhost:3000", "http://[::1]:80");
        assertThat(set("caravan.allowed-origins=*").server().allowedOrigins()).containsExactly("*");
    }

    @Test
    void takesCertificateAndKeyTogether() throws Exception {
        Path certificate = Files.createFile(folder.resolve("chain.pem"));
        Path key = Files.createFile(folder.resolve("key.pem"));

        assertThat(set("caravan.tls.certificate=" + certificate, "caravan.tls.key=" + key)
                        .server()
                        .tls())
                .contains(new TlsSettings(certificate, key));
        assertThat(refusal("caravan.tls.key=" + key)).contains("go together").endsWith("(--set)");
        assertThat(refusal("caravan.tls.certificate=" + folder.resolve("none"), "caravan.tls.key=" + key))
                .isEqualTo("caravan.tls.certificate: \"" + folder.resolve("none")
                        + "\" is not a file that can be read (--set)");
    }
}
