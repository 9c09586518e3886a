package io.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void looksUpOnlyWhatIsLeftToBeLookedUp() {
        assertThat(new Secret("{{vault:key}}").resolved(text -> "found for " + text))
                .isEqualTo("found for {{vault:key}}");
        assertThat(new Secret("plain").resolved(text -> "found for " + text)).isEqualTo("plain");
    }

    @Test
    void isNotPrinted() {
        assertThat(new Secret("plain")).hasToString("***");
    }
}
