package io.caravan.limit;

import io.caravan.chat.ChatCall;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How many calls a model bears at the same time, learned from its answers, for work that nobody waits for. It begins with
 * 64, and with each answer lets one more begin, until the model first says that it is too much, or says nothing; from then
 * on an overload halves it and a clean window adds one (slow start and congestion avoidance, as TCP has them: RFC 5681;
 * D.-M. Chiu and R. Jain, "Analysis of the Increase and Decrease Algorithms", 1989). A window is as many good answers as
 * the limit. It grows only where it was used up; what was sent under an older limit says nothing about the present one.
 *
 * <p>A model that refuses even a call that is alone is left alone: for a second, then twice as long each time, at most for
 * 30 s, until anything is answered.
 *
 * <p>Chats never wait here. They are counted, and an eighth of what was learned is kept free for them, so that a chat does
 * not find the model full. Thread-safe.
 */
public final class Concurrency {

    private static final int FIRST = 64;
    private static final int MOST = 4096;
    private static final int KEPT_FREE = 8;
    private static final Duration FIRST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);
    private static final double LEAST_OF_A_REST = 0.75;

    private final Deque<CompletableFuture<Boolean>> line = new ArrayDeque<>();
    private int limit = FIRST;
    private boolean beginning = true;
    private int age;
    private int good;
    private boolean usedUp;
    private int chats;
    private int background;
    private boolean hasAnswered;
    private int refusedAlone;
    private CompletableFuture<Void> rest = CompletableFuture.completedFuture(null);

    private final Runnable whenItAnswers;
    private final GrowingPause rests;

    /** Of a model that nobody wants to hear of. */
    public Concurrency() {
        this(Concurrency::nothing);
    }

    /** @param whenItAnswers runs once, when the model has answered for the first time: there is such a model */
    public Concurrency(Runnable whenItAnswers) {
        this(whenItAnswers, FIRST_REST);
    }

    /** @param firstRest how long a model is left alone that has refused a call that was alone */
    Concurrency(Runnable whenItAnswers, Duration firstRest) {
        this.whenItAnswers = whenItAnswers;
        this.rests = new GrowingPause(firstRest, LONGEST_REST, LEAST_OF_A_REST);
    }

    /** The calls that the model is believed to bear. */
    public synchronized int limit() {
        return limit;
    }

    /** Calls that run; one in the background that leaves a model alone, and comes next, is among them. */
    public synchronized int running() {
        return chats + background;
    }

    /** Calls in the background that wait for their turn. */
    public synchronized int waiting() {
        return line.size();
    }

    /**
     * Lets a chat pass at once, and work in the background when it is its turn.
     *
     * @return the place it has taken, to be given back with what came of it
     * @throws io.caravan.failure.CaravanException the reason, if the call is stopped while it waits
     */
    public Place await(ChatCall call) {
        if (!call.inBackground()) {
            return chat();
        }
        CompletableFuture<Boolean> turn = turn();
        call.whenStopped(() -> turn.complete(false));
        boolean mine = turn.join();
        call.nothingToStop();
        if (!mine) {
            forgetStopped();
            call.checkStopped();
        }
        leaveAlone(call);
        return new Place(true, age());
    }

    /** Waits until the model may be asked again, with the place that was taken. */
    private void leaveAlone(ChatCall call) {
        // A chat that is refused meanwhile begins another rest.
        for (CompletableFuture<Void> until = rest(); !until.isDone(); until = rest()) {
            CompletableFuture<Void> over = until.thenRun(Concurrency::nothing);
            call.whenStopped(() -> over.complete(null));
            over.join();
            call.nothingToStop();
            if (call.stopped().isPresent()) {
                new Place(true, age()).left();
                call.checkStopped();
            }
        }
    }

    private synchronized CompletableFuture<Void> rest() {
        return rest;
    }

    private static void nothing() {}

    private synchronized Place chat() {
        chats++;
        return new Place(false, age);
    }

    private synchronized int age() {
        return age;
    }

    private synchronized CompletableFuture<Boolean> turn() {
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        line.add(turn);
        serve();
        return turn;
    }

    private synchronized void forgetStopped() {
        line.removeIf(CompletableFuture::isDone);
    }

    private void serve() {
        while (!line.isEmpty() && isRoom()) {
            if (line.remove().complete(true)) {
                background++;
            }
        }
        usedUp |= !isRoom();
    }

    /** For the next call in the background; one may always run. */
    private boolean isRoom() {
        int keptFree = beginning ? 0 : Math.max(0, limit / KEPT_FREE - chats);
        return background == 0 || chats + background < limit - keptFree;
    }

    /** The place of one call; only the first word about it counts. */
    public final class Place {

        private final boolean inBackground;
        private final int takenAt;
        private boolean left;

        private Place(boolean inBackground, int takenAt) {
            this.inBackground = inBackground;
            this.takenAt = takenAt;
        }

        /** The model has answered. */
        public void answered() {
            leave(Concurrency.this::oneMoreGood);
        }

        /** The model said that it is too much. */
        public void overloaded() {
            leave(() -> {
                if (takenAt == age) {
                    halve();
                }
            });
        }

        /** The call has ended in a way that says nothing about how much the model bears. */
        public void left() {
            leave(Concurrency::nothing);
        }

        private void leave(Runnable learn) {
            synchronized (Concurrency.this) {
                if (left) {
                    return;
                }
                left = true;
                learn.run();
                if (inBackground) {
                    background--;
                } else {
                    chats--;
                }
                serve();
            }
        }
    }

    private void oneMoreGood() {
        refusedAlone = 0;
        rest.complete(null);
        if (!hasAnswered) {
            hasAnswered = true;
            whenItAnswers.run();
        }
        if (beginning) {
            if (!isRoom()) {
                limit = Math.min(MOST, limit + 1);
            }
        } else if (++good >= limit) {
            if (usedUp) {
                limit = Math.min(MOST, limit + 1);
            }
            newWindow();
        }
    }

    private void halve() {
        if (limit == 1) {
            rest.complete(null);
            rest = new CompletableFuture<Void>()
                    .completeOnTimeout(null, rests.after(refusedAlone).toNanos(), TimeUnit.NANOSECONDS);
            refusedAlone++;
        }
        limit = Math.max(1, limit / 2);
        beginning = false;
        age++;
        newWindow();
    }

    private void newWindow() {
        good = 0;
        usedUp = !isRoom();
    }
}
