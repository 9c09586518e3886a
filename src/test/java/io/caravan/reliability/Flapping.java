package io.caravan.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that is away for so many requests and then well, and what its breaker makes of it. */
final class Flapping {

    /** The requests that meet the outage. */
    static final int OUTAGE = 15;

    private static final Duration APART = Duration.ofMillis(100);
    private static final int MINIMUM_CALLS = 5;
    private static final int PROBES = 3;

    private final Stage stage;
    private final CircuitBreaker breaker;
    private final List<State> states = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();

    Flapping(Stage stage) {
        this.stage = stage;
        this.breaker = stage.inside().breaker("a");
        breaker.getEventPublisher()
                .onStateTransition(
                        change -> states.add(change.getStateTransition().getToState()));
        stage.a.plays((asked, line) -> {
            failures.incrementAndGet();
            Acts.status(503).play(asked, line);
        });
    }

    /** Lets the time go by until the next request, and the outage end when it is over. */
    void after(int request) {
        if (request == OUTAGE) {
            stage.a.plays(Acts.answer());
        }
        await().pollDelay(APART).until(() -> true);
    }

    /** Asks on until the breaker is closed. At whatever pace, it had opened after 5 calls, and then after 3 probes each. */
    void recover() {
        await().until(() -> {
            stage.ask();
            return breaker.getState() == State.CLOSED;
        });
        int opened = (int) states.stream().filter(State.OPEN::equals).count();
        assertThat(states).startsWith(State.OPEN, State.HALF_OPEN).endsWith(State.CLOSED);
        int atLeast = MINIMUM_CALLS + PROBES * (opened - 1);
        assertThat(failures.get()).as("failed calls").isBetween(atLeast, atLeast + PROBES - 1);
        stage.note(OUTAGE + " requests, " + failures + " failed calls, opened " + opened + " times");
    }
}
