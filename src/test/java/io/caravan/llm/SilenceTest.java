package io.caravan.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.limit.Deadlines;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SilenceTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    private final Deadlines deadlines = new Deadlines();
    private final List<String> told = new CopyOnWriteArrayList<>();

    private Silence begin(Duration beforeFirstByte, Duration betweenBytes) {
        Silence silence = new Silence(deadlines, beforeFirstByte, betweenBytes, told::add);
        silence.begin();
        return silence;
    }

    @AfterEach
    void close() {
        deadlines.close();
    }

    @Test
    void tellsOnceThatNoAnswerBegins() {
        begin(SHORT, LONG);

        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly("20ms (first-byte-timeout)");
        assertThat(deadlines.pending()).isZero();
    }

    @Test
    void tellsThatAnAnswerFallsSilent() {
        Silence silence = begin(LONG, SHORT);

        silence.heard();

        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly("20ms (idle-timeout)");
    }

    @Test
    void waitsForTheFirstByteNoLongerOnceItCame() {
        Silence silence = begin(LONG, LONG);
        assertThat(deadlines.pending()).isOne();

        silence.heard();
        silence.heard();

        assertThat(deadlines.pending()).isOne();
        assertThat(told).isEmpty();
    }

    @Test
    void timesNothingWhileTheAnswerIsNotRead() {
        Silence silence = begin(LONG, SHORT);
        silence.pause();
        silence.heard();
        await().during(SHORT.multipliedBy(5)).until(told::isEmpty);

        silence.resume();

        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly("20ms (idle-timeout)");
    }

    @Test
    void timesNothingAfterItsEnd() {
        Silence silence = begin(LONG, LONG);

        silence.end();
        silence.heard();

        assertThat(deadlines.pending()).isZero();
    }
}
