package io.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Options;
import io.caravan.failure.CancelledException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final Duration AT_ONCE = Duration.ZERO;

    private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos(); // runs over, as nanoTime may

    private RateLimit requests(int perMinute) {
        return new RateLimit("test", Optional.of(perMinute), Optional.empty(), () -> now);
    }

    private RateLimit tokens(int perMinute) {
        return new RateLimit("test", Optional.empty(), Optional.of(perMinute), () -> now);
    }

    private static RateLimit real(int requestsPerMinute, LongSupplier clock) {
        return new RateLimit("test", Optional.of(requestsPerMinute), Optional.empty(), clock);
    }

    private static RateLimit.Share take(RateLimit limit, int characters) {
        ChatRequest request = ChatRequest.of("x".repeat(characters));
        return limit.await(new ChatCall("r", request, true), request, AT_ONCE);
    }

    private static Duration refusal(RateLimit limit) {
        UnavailableException refused = catchThrowableOfType(UnavailableException.class, () -> take(limit, 4));
        assertThat(refused).isNotNull();
        assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(refused.retryable()).isTrue();
        assertThat(refused.worthRepeating()).isFalse();
        return refused.retryAfter().orElseThrow();
    }

    private void later(Duration time) {
        now += time.toNanos();
    }

    @Test
    void spreadsRequestsOverTheMinute() {
        RateLimit limit = requests(6);

        for (int i = 0; i < 10; i++) {
            take(limit, 4);
            assertThat(refusal(limit)).isEqualTo(Duration.ofSeconds(10));
            later(Duration.ofSeconds(10));
        }
    }

    @Test
    void letsWhatWasNotUsedInTheLastSecondsGoAtOnceAndNoMore() {
        RateLimit limit = requests(600);
        later(Duration.ofHours(1));

        for (int i = 0; i < 50; i++) {
            take(limit, 4);
        }

        assertThat(refusal(limit)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void makesATokenDebtBePaid() {
        RateLimit limit = tokens(60);

        take(limit, 4 * 20).usedAsGuessed();

        assertThat(refusal(limit)).isEqualTo(Duration.ofSeconds(16)); // less the second that a token takes, of five
    }

    @Test
    void takesWhatWasReallyUsedForWhatWasGuessed() {
        RateLimit limit = tokens(60);

        RateLimit.Share share = take(limit, 4 * 10);
        assertThat(refusal(limit)).isEqualTo(Duration.ofSeconds(6));
        share.used(10, 20);
        share.unused(); // too late

        assertThat(refusal(limit)).isEqualTo(Duration.ofSeconds(26));
    }

    @Test
    void givesBackWhatACallThatWasNotAnsweredDidNotUse() {
        RateLimit limit = tokens(60);

        take(limit, 4 * 100).unanswered();

        take(limit, 4);
        assertThat(limit.waiting()).isZero();
    }

    @Test
    void givesARequestBackThatWasNotMade() {
        RateLimit limit = requests(1);

        take(limit, 4).unused();
        take(limit, 4).unanswered();

        assertThat(refusal(limit)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void guessesWhatAnswersUsuallyHave() {
        RateLimit limit = tokens(6_000);
        for (int i = 0; i < 100; i++) {
            take(limit, 4).used(1, 1_000);
            later(Duration.ofSeconds(20));
        }

        take(limit, 4);

        assertThat(refusal(limit)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
    }

    @Test
    void guessesNoMoreThanAMinuteHoweverLongAnAnswerIsAllowed() {
        RateLimit limit = tokens(60);
        ChatRequest longest = upTo(2_000_000_000);

        RateLimit.Share share = limit.await(new ChatCall("r", longest, true), longest, AT_ONCE);

        assertThat(refusal(limit)).isEqualTo(Duration.ofSeconds(56));
        share.used(1, 100);
        assertThat(refusal(limit)).isEqualTo(Duration.ofSeconds(97)); // what was really used counts whole
    }

    private static ChatRequest upTo(int tokens) {
        return ChatRequest.of("x")
                .orElse(
                        Optional.empty(),
                        new Options(
                                OptionalDouble.empty(),
                                OptionalDouble.empty(),
                                OptionalInt.of(tokens),
                                List.of(),
                                OptionalLong.empty()));
    }

    @Test
    void doesNothingWhereNothingIsLimited() {
        RateLimit limit = new RateLimit("test", Optional.empty(), Optional.empty(), () -> now);

        for (int i = 0; i < 1_000; i++) {
            take(limit, 4_000).usedAsGuessed();
        }

        assertThat(limit.waiting()).isZero();
    }

    @Test
    void letsCallsGoInTheOrderOfTheirArrivalAndNotSoonerThanTheyMay() {
        long start = System.nanoTime();
        RateLimit limit = real(1_200, System::nanoTime);
        List<String> order = new CopyOnWriteArrayList<>();
        int taken = 0;
        while (quick(limit)) {
            taken++;
        }

        List<CompletableFuture<Void>> calls =
                List.of(waits(limit, "1", order), waits(limit, "2", order), waits(limit, "3", order));
        calls.forEach(CompletableFuture::join);

        assertThat(order).containsExactly("1", "2", "3");
        // One each 50 ms, and those of the last five seconds at once.
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(50).multipliedBy(taken + 3 - 100));
    }

    private static boolean quick(RateLimit limit) {
        try {
            take(limit, 4);
            return true;
        } catch (UnavailableException e) {
            return false;
        }
    }

    private static CompletableFuture<Void> waits(RateLimit limit, String name, List<String> order) {
        int before = limit.waiting();
        ChatRequest request = ChatRequest.of("hello");
        CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
            limit.await(new ChatCall(name, request, true), request, Duration.ofSeconds(10));
            order.add(name);
        });
        await().pollInterval(Duration.ofMillis(1)).until(() -> done.isDone() || limit.waiting() > before);
        return done;
    }

    @Test
    void letsACallThatIsCancelledLeaveTheLineWithoutTakingAnything() {
        RateLimit limit = real(1, System::nanoTime);
        take(limit, 4);
        ChatCall call = new ChatCall("r", ChatRequest.of("hello"), true);
        CompletableFuture<RateLimit.Share> waiting =
                CompletableFuture.supplyAsync(() -> limit.await(call, call.request(), Duration.ofMinutes(2)));
        await().until(() -> limit.waiting() == 1);

        call.cancel("enough");

        assertThat(waiting)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCauseInstanceOf(CancelledException.class);
        assertThat(limit.waiting()).isZero();
        assertThat(refusal(limit)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void wakesTheFirstInLineWhenSomethingIsGivenBack() {
        RateLimit limit = real(1, System::nanoTime);
        RateLimit.Share share = take(limit, 4);
        ChatCall call = new ChatCall("r", ChatRequest.of("hello"), true);
        CompletableFuture<RateLimit.Share> waiting =
                CompletableFuture.supplyAsync(() -> limit.await(call, call.request(), Duration.ofMinutes(2)));
        await().until(() -> limit.waiting() == 1);

        share.unused();

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(30)); // half of what it would wait
    }
}
