package io.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.CancelledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {

    private final Concurrency concurrency = new Concurrency(() -> {}, Duration.ZERO);
    private final Concurrency resting = new Concurrency(() -> {}, Duration.ofSeconds(30));
    private final List<CompletableFuture<Concurrency.Place>> waiting = new ArrayList<>();

    private static ChatCall chat() {
        return new ChatCall("chat", ChatRequest.of("hello"), true);
    }

    private static ChatCall background() {
        ChatCall call = new ChatCall("background", ChatRequest.of("hello"), false);
        call.giveWay();
        return call;
    }

    private static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    private CompletableFuture<Concurrency.Place> begin(ChatCall call) {
        return CompletableFuture.supplyAsync(() -> concurrency.await(call), task -> new Thread(task).start());
    }

    /** Takes all the room there is, and lets one more wait. */
    private List<Concurrency.Place> full() {
        List<Concurrency.Place> places = new ArrayList<>();
        CompletableFuture<Concurrency.Place> next = begin(background());
        while (true) {
            CompletableFuture<Concurrency.Place> asked = next;
            soon().until(() -> asked.isDone() || concurrency.waiting() == 1);
            if (!asked.isDone()) {
                waiting.add(asked);
                return places;
            }
            places.add(asked.join());
            next = begin(background());
        }
    }

    private void leaveAll(List<Concurrency.Place> places) {
        places.forEach(Concurrency.Place::left);
        waiting.forEach(next -> next.join().left());
        waiting.clear();
    }

    @Test
    void beginsWith64() {
        assertThat(full()).hasSize(64);
        assertThat(concurrency.limit()).isEqualTo(64);
    }

    @Test
    void keepsAnEighthOfWhatItHasLearnedForChats() {
        concurrency.await(background()).overloaded();

        assertThat(concurrency.limit()).isEqualTo(32);
        assertThat(full()).hasSize(28);
    }

    @Test
    void neverLetsAChatWait() {
        full();

        for (int chats = 0; chats < 100; chats++) {
            assertThat(concurrency.await(chat())).isNotNull();
        }
        assertThat(concurrency.running()).isEqualTo(164);
    }

    @Test
    void letsWorkInTheBackgroundWaitForAsManyAsThereAreChats() {
        List<Concurrency.Place> chats = new ArrayList<>();
        for (int each = 0; each < 5; each++) {
            chats.add(concurrency.await(chat()));
        }

        assertThat(full()).hasSize(59);

        chats.forEach(Concurrency.Place::left);
        soon().until(() -> waiting.get(0).isDone());
    }

    @Test
    void letsOneMoreBeginWithEachAnswerUntilTheFirstOverload() {
        List<Concurrency.Place> places = full();
        for (int more = 0; more < 128; more++) {
            int before = concurrency.waiting();
            waiting.add(begin(background()));
            soon().until(() -> concurrency.waiting() == before + 1);
        }

        places.forEach(Concurrency.Place::answered);

        assertThat(concurrency.limit()).isEqualTo(128);
        assertThat(concurrency.running()).isEqualTo(128);
    }

    @Test
    void doesNotGrowWhereItsLimitIsNotUsedUp() {
        for (int each = 0; each < 100; each++) {
            concurrency.await(background()).answered();
        }

        assertThat(concurrency.limit()).isEqualTo(64);
    }

    @Test
    void halvesOnceForAllThatWasSentUnderTheSameLimit() {
        List<Concurrency.Place> places = full();

        places.forEach(Concurrency.Place::overloaded);

        assertThat(concurrency.limit()).isEqualTo(32);
        leaveAll(places);
    }

    @Test
    void addsOneWithEachWindowAfterAnOverload() {
        for (int overload = 0; overload < 4; overload++) {
            concurrency.await(background()).overloaded();
        }
        List<Concurrency.Place> places = full();

        places.forEach(Concurrency.Place::answered);
        waiting.remove(0).join().left();

        assertThat(places).hasSize(4);
        assertThat(concurrency.limit()).isEqualTo(5);
    }

    @Test
    void alwaysLetsOneRun() {
        for (int each = 0; each < 10; each++) {
            concurrency.await(background()).overloaded();
        }

        assertThat(concurrency.limit()).isEqualTo(1);
        concurrency.await(chat());
        assertThat(full()).hasSize(1);
    }

    /** A call that has taken the only place of a model that has just refused one, and leaves it alone. */
    private CompletableFuture<Concurrency.Place> leavesAlone(ChatCall call) {
        while (resting.limit() > 1) {
            resting.await(background()).overloaded();
        }
        resting.await(background()).overloaded();
        CompletableFuture<Concurrency.Place> waits =
                CompletableFuture.supplyAsync(() -> resting.await(call), task -> new Thread(task).start());
        soon().until(() -> resting.running() == 1);
        return waits;
    }

    @Test
    void leavesAModelAloneThatRefusesEvenOneCall() {
        CompletableFuture<Concurrency.Place> waits = leavesAlone(background());

        assertThat(waits).isNotDone();
        Concurrency.Place chat = resting.await(chat());
        assertThat(waits).isNotDone();
        chat.answered();

        assertThat(waits).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void isNotAskedInTheBackgroundBecauseAChatWasRefusedAsWell() {
        CompletableFuture<Concurrency.Place> waits = leavesAlone(background());

        for (int refused = 0; refused < 3; refused++) {
            resting.await(chat()).overloaded();
        }

        assertThatThrownBy(() -> waits.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        resting.await(chat()).answered();
        assertThat(waits).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void freesThePlaceOfACallThatIsStoppedWhileItLeavesTheModelAlone() {
        ChatCall call = background();
        CompletableFuture<Concurrency.Place> waits = leavesAlone(call);

        call.cancel("enough");

        assertThatThrownBy(waits::join).hasCauseInstanceOf(CancelledException.class);
        assertThat(resting.running()).isZero();
    }

    @Test
    void leavesItAloneForLongerEachTime() {
        Concurrency brief = new Concurrency(() -> {}, Duration.ofMillis(2));
        while (brief.limit() > 1) {
            brief.await(background()).overloaded();
        }

        long begin = System.nanoTime();
        for (int refused = 0; refused < 8; refused++) {
            brief.await(background()).overloaded();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(190));
    }

    @Test
    void learnsNothingFromACallThatSaysNothing() {
        List<Concurrency.Place> places = full();

        places.forEach(Concurrency.Place::left);
        places.forEach(Concurrency.Place::answered);
        places.forEach(Concurrency.Place::overloaded);

        assertThat(concurrency.limit()).isEqualTo(64);
        leaveAll(List.of());
        assertThat(concurrency.running()).isZero();
    }

    @Test
    void forgetsWhoIsStoppedWhileItWaits() {
        List<Concurrency.Place> places = full();
        ChatCall stopped = background();
        CompletableFuture<Concurrency.Place> waits = begin(stopped);
        soon().until(() -> concurrency.waiting() == 2);

        stopped.cancel("enough");

        assertThatThrownBy(waits::join).hasCauseInstanceOf(CancelledException.class);
        assertThat(concurrency.waiting()).isEqualTo(1);
        leaveAll(places);
        assertThat(concurrency.running()).isZero();
    }
}
