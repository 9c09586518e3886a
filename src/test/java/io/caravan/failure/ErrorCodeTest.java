package io.caravan.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {

    @Test
    void onlyARateLimitAndAnOverloadSayThatThereWasNoRoom() {
        assertThat(Stream.of(ErrorCode.values()).filter(ErrorCode::meansFull))
                .containsExactly(ErrorCode.RATE_LIMITED, ErrorCode.OVERLOADED);
    }
}
