package io.caravan.limit;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * So many requests and tokens a minute, in the order of their arrival. The tokens of an answer are known at its end: until
 * then a guess is taken for them, and what was guessed wrong is made good. Thread-safe.
 */
public final class RateLimit {

    private static final int CHARACTERS_A_TOKEN = 4;
    private static final int REMEMBERED = 8;

    private final String name;
    private final Optional<Budget> requests;
    private final Optional<Budget> tokens;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Turn> line = new ArrayDeque<>();
    private double usualAnswer;

    /** A place in the line; no two are equal, for each has a condition of its own. */
    private record Turn(Condition mayChange, long tokens) {}

    /**
     * @param name of the provider, for the message
     * @param nanos the clock: nanoseconds from any moment
     */
    public RateLimit(
            String name, Optional<Integer> requestsPerMinute, Optional<Integer> tokensPerMinute, LongSupplier nanos) {
        this.name = name;
        this.nanos = nanos;
        this.requests = requestsPerMinute.map(most -> new Budget(most, nanos.getAsLong()));
        this.tokens = tokensPerMinute.map(most -> new Budget(most, nanos.getAsLong()));
    }

    /** Calls that wait for their turn. */
    public int waiting() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the call's turn.
     *
     * @param asked what the provider will be asked
     * @return what it took of the limits, to be settled at its end
     * @throws UnavailableException with {@code rate_limited}, at once, if it would wait for longer than {@code longest}
     * @throws io.caravan.failure.CaravanException the reason, if the call is stopped while it waits
     */
    public Share await(ChatCall call, ChatRequest asked, Duration longest) {
        if (requests.isEmpty() && tokens.isEmpty()) {
            return new Share(0);
        }
        lock.lock();
        try {
            Turn turn = new Turn(lock.newCondition(), guess(asked));
            call.whenStopped(() -> changed(turn));
            long wait = nanosUntilFree(
                    line.size(), line.stream().mapToLong(Turn::tokens).sum());
            if (wait > longest.toNanos()) {
                throw refused(Duration.ofNanos(wait));
            }
            return inLine(call, turn);
        } finally {
            lock.unlock();
            call.nothingToStop();
        }
    }

    private Share inLine(ChatCall call, Turn turn) {
        line.add(turn);
        try {
            awaitTurn(call, turn);
            call.checkStopped();
            long now = nanos.getAsLong();
            requests.ifPresent(budget -> budget.take(1, now));
            tokens.ifPresent(budget -> budget.take(turn.tokens(), now));
            return new Share(turn.tokens());
        } finally {
            line.remove(turn);
            wakeFirst();
        }
    }

    /** Whoever is not the first is woken when it is. */
    @SuppressWarnings("ReferenceEquality") // the very one
    private long nanosUntil(Turn turn) {
        return line.peek() == turn ? nanosUntilFree(0, 0) : Long.MAX_VALUE;
    }

    private void awaitTurn(ChatCall call, Turn turn) {
        try {
            for (long wait = nanosUntil(turn); wait > 0 && call.stopped().isEmpty(); wait = nanosUntil(turn)) {
                turn.mayChange().awaitNanos(wait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it waited for its turn", e);
        }
    }

    private void changed(Turn turn) {
        lock.lock();
        try {
            turn.mayChange().signal();
        } finally {
            lock.unlock();
        }
    }

    private void wakeFirst() {
        Turn first = line.peek();
        if (first != null) {
            first.mayChange().signal();
        }
    }

    private long nanosUntilFree(long requestsBefore, long tokensBefore) {
        long now = nanos.getAsLong();
        return Math.max(
                requests.map(budget -> budget.nanosUntilFree(requestsBefore, now))
                        .orElse(0L),
                tokens.map(budget -> budget.nanosUntilFree(tokensBefore, now)).orElse(0L));
    }

    private UnavailableException refused(Duration wait) {
        return UnavailableException.limited(
                name + " takes no more for the next " + Times.rounded(wait)
                        + " (requests-per-minute, tokens-per-minute)",
                wait);
    }

    /**
     * As OpenAI counts: the prompt by its length, and all that the answer may have; else what answers usually have. A caller
     * may name any number, and the others would wait for what it will hardly use: so never more than a minute's.
     */
    private long guess(ChatRequest asked) {
        long characters = asked.system().map(String::length).orElse(0);
        for (Message message : asked.messages()) {
            characters += message.content().length();
        }
        long guess =
                characters / CHARACTERS_A_TOKEN + asked.options().maxTokens().orElse((int) usualAnswer);
        return tokens.map(budget -> Math.min(guess, budget.perMinute())).orElse(guess);
    }

    /** What a call has taken of the limits. */
    public final class Share {

        private final long guessed;
        private boolean settled;

        private Share(long guessed) {
            this.guessed = guessed;
        }

        /** The call is over, and this is what it used. Only the first word counts, here and below. */
        public void used(long promptTokens, long completionTokens) {
            lock.lock();
            try {
                if (!settled) {
                    usualAnswer += (completionTokens - usualAnswer) / REMEMBERED;
                    settle(0, promptTokens + completionTokens);
                }
            } finally {
                lock.unlock();
            }
        }

        /** The call is over, and nobody knows what it used. */
        public void usedAsGuessed() {
            settle(0, guessed);
        }

        /** The call was made, in vain. */
        public void unanswered() {
            settle(0, 0);
        }

        /** No call was made. */
        public void unused() {
            settle(1, 0);
        }

        private void settle(long requestsBack, long tokensUsed) {
            lock.lock();
            try {
                if (!settled) {
                    settled = true;
                    requests.ifPresent(budget -> budget.giveBack(requestsBack));
                    tokens.ifPresent(budget -> budget.giveBack(guessed - tokensUsed));
                    wakeFirst();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
