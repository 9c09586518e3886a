package io.caravan.camel.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RouteIdsTest {

    @Test
    void showsTheIdOfTheFileForEveryVersion() {
        assertThat(RouteIds.shown("chat")).isEqualTo("chat");
        assertThat(RouteIds.shown("chat~12")).isEqualTo("chat");
        assertThat(RouteIds.shown("~")).isEqualTo("~");
    }
}
