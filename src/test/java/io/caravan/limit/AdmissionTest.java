package io.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static ChatCall call(String id) {
        return new ChatCall(id, ChatRequest.of("hello"), true);
    }

    @Test
    void letsSoManyRunAndMakesRoomAtTheirEnd() {
        Admission admission = new Admission(2, 0);
        ChatCall one = call("1");
        admission.admit(one);
        admission.admit(call("2"));
        assertThat(admission.running()).isEqualTo(2);

        assertThatThrownBy(() -> admission.admit(call("3"))).isInstanceOfSatisfying(CaravanException.class, why -> {
            assertThat(why.code()).isEqualTo(ErrorCode.OVERLOADED);
            assertThat(why.retryable()).isTrue();
        });

        one.end(null);
        admission.admit(call("4"));
        assertThat(admission.running()).isEqualTo(2);
    }

    @Test
    void servesThoseWhoWaitInTheOrderOfTheirArrival() {
        Admission admission = new Admission(1, 3);
        ChatCall first = call("first");
        admission.admit(first);
        List<String> order = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Void>> waiting = new java.util.ArrayList<>();
        for (String id : List.of("a", "b", "c")) {
            int before = admission.waiting();
            ChatCall next = call(id);
            waiting.add(CompletableFuture.runAsync(
                    () -> {
                        admission.admit(next);
                        order.add(id);
                        next.end(null);
                    },
                    task -> new Thread(task).start()));
            await().until(() -> admission.waiting() == before + 1);
        }

        first.end(null);

        CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).join();
        assertThat(order).containsExactly("a", "b", "c");
        assertThat(admission.running()).isZero();
    }

    @Test
    void forgetsWhoIsStoppedWhileWaiting() {
        Admission admission = new Admission(1, 1);
        ChatCall runs = call("runs");
        admission.admit(runs);
        ChatCall waits = call("waits");
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> admission.admit(waits));
        await().until(() -> admission.waiting() == 1);

        waits.cancel("enough");

        assertThatThrownBy(waiting::join).hasCauseInstanceOf(CancelledException.class);
        assertThat(admission.waiting()).isZero();
        waits.end(null);
        runs.end(null);
        assertThat(admission.running()).isZero();
    }

    @Test
    void doesNotAdmitWhoWasStoppedBefore() {
        Admission admission = new Admission(1, 1);
        ChatCall gone = call("gone");
        gone.leave();

        assertThatThrownBy(() -> admission.admit(gone)).isInstanceOf(CancelledException.class);

        gone.end(null);
        assertThat(admission.running()).isZero();
    }

    @Test
    void letsThePatientWaitHoweverManyWait() {
        Admission admission = new Admission(1, 0);
        ChatCall runs = call("runs");
        admission.admit(runs);
        ChatCall patient = call("patient");
        patient.giveWay();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> admission.admit(patient));
        await().until(() -> admission.waiting() == 1);

        runs.end(null);

        waiting.join();
        assertThat(admission.running()).isEqualTo(1);
    }

    @Test
    void admitsNobodyOnceItIsClosedAndServesThoseWhoWait() {
        Admission admission = new Admission(1, 1);
        ChatCall runs = call("runs");
        admission.admit(runs);
        ChatCall waits = call("waits");
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> admission.admit(waits));
        await().until(() -> admission.waiting() == 1);

        admission.close();

        assertThat(admission.closed()).isTrue();
        assertThatThrownBy(() -> admission.admit(call("late"))).hasMessageContaining("shutting down");
        assertThat(admission.awaitIdle(Duration.ofMillis(10))).isFalse();
        runs.end(null);
        waiting.join();
        waits.end(null);
        assertThat(admission.awaitIdle(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void stopsAllThatRunOrWait() {
        Admission admission = new Admission(1, 1);
        ChatCall runs = call("runs");
        admission.admit(runs);
        ChatCall waits = call("waits");
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> admission.admit(waits));
        await().until(() -> admission.waiting() == 1);

        admission.stopAll(Admission.shuttingDown());

        assertThat(runs.stopped()).isPresent();
        assertThatThrownBy(waiting::join).hasRootCauseMessage("Caravan is shutting down");
    }
}
