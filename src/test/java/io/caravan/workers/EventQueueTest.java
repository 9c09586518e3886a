package io.caravan.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventQueueTest {

    private static final EventQueue.Sent EVENT = new EventQueue.Sent("{}", 1, 0);

    private final EventQueue events = new EventQueue();

    @Test
    void isFullOnceAndTakesNoMore() {
        int kept = 0;
        while (!events.overflows(EVENT)) {
            kept++;
        }
        for (int late = 0; late < 10; late++) {
            assertThat(events.overflows(EVENT)).isFalse();
        }

        for (int read = 0; read < kept; read++) {
            assertThat(events.next(Duration.ZERO)).contains(EVENT);
        }
        assertThatThrownBy(() -> events.next(Duration.ZERO))
                .isInstanceOf(UnavailableException.class)
                .extracting(failure -> ((UnavailableException) failure).code())
                .isEqualTo(ErrorCode.OVERLOADED);
        assertThat(events.next(Duration.ZERO)).isEmpty();
    }
}
