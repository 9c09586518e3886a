package io.caravan.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.failure.CancelledException;
import io.caravan.failure.RejectedException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private final InFlight inFlight = new InFlight(8);

    InFlightTest() {
        inFlight.opened("socket");
    }

    private static ChatCall call() {
        return new ChatCall("r1", ChatRequest.of("hello"), true);
    }

    @Test
    void refusesAnIdThatIsInFlight() {
        inFlight.add("socket", call());

        assertThatThrownBy(() -> inFlight.add("socket", call()))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("r1");
    }

    @Test
    void leavesACallWhosePlaceIsTakenAndKeepsTheNewOneWhenTheOldIsOver() {
        ChatCall before = call();
        inFlight.add("socket", before);
        ChatCall next = call();

        inFlight.takeOver("socket", next);
        before.over();

        assertThat(before.stopped()).containsInstanceOf(CancelledException.class);
        assertThat(before.mayTellItsEnd()).isFalse();
        assertThat(next.stopped()).isEmpty();
        assertThat(inFlight.find("socket", "r1")).contains(next);
    }

    @Test
    void takesAnIdAnewWhoseLastEventIsJustOnItsWay() throws InterruptedException {
        int rounds = 50_000;
        AtomicReference<ChatCall> over = new AtomicReference<>();
        Thread out = new Thread(() -> {
            for (int round = 0; round < rounds; round++) {
                ChatCall next;
                while ((next = over.getAndSet(null)) == null) {
                    Thread.onSpinWait();
                }
                next.over();
            }
        });
        out.setDaemon(true);
        out.start();

        for (int round = 0; round < rounds; round++) {
            ChatCall before = call();
            inFlight.add("socket", before);
            before.end(null);
            over.set(before);
            for (int wait = round % 200; wait > 0; wait--) {
                Thread.onSpinWait();
            }
            ChatCall next = call();

            assertThatCode(() -> inFlight.add("socket", next)).doesNotThrowAnyException();

            next.end(null);
            next.over();
            while (over.get() != null) {
                Thread.onSpinWait();
            }
        }
        out.join();
        assertThat(inFlight.find("socket", "r1")).isEmpty();
    }
}
