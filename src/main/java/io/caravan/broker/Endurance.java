package io.caravan.broker;

import io.caravan.failure.CaravanException;
import io.caravan.failure.RejectedException;
import io.caravan.failure.UnavailableException;
import io.caravan.limit.GrowingPause;
import io.caravan.limit.Times;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has messages outlast a model that is away: they are tried again for as long as that takes, and none is set aside for it.
 * What fails again and again while others are answered has only itself to blame, and is. Thread-safe.
 */
public final class Endurance {

    /** So often a message is delivered that ends in a surprise, or ends the process. */
    public static final int MOST_DELIVERIES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Endurance.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE_OF_A_SURPRISE = Duration.ofMinutes(1);
    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);
    private static final Duration LONGEST_ASKED_FOR = Duration.ofMinutes(5);

    private final Duration firstPause;
    private final GrowingPause ofAnOutage;
    private final GrowingPause ofASurprise;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean outage = new AtomicBoolean();
    private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - BETWEEN_LINES.toNanos() - 1);
    private final Pauses pauses = new Pauses();

    public Endurance() {
        this(FIRST_PAUSE);
    }

    /** @param firstPause how long a message that has failed for the first time is left alone */
    Endurance(Duration firstPause) {
        this.firstPause = firstPause;
        this.ofAnOutage = new GrowingPause(firstPause, LONGEST_PAUSE);
        this.ofASurprise = new GrowingPause(firstPause, LONGEST_PAUSE_OF_A_SURPRISE);
    }

    /**
     * A message was delivered.
     *
     * @param number how often it was delivered, this time included
     */
    public Delivery delivered(int number) {
        return new Delivery(number, answered.get());
    }

    /** A message was answered. */
    public void answered() {
        answered.incrementAndGet();
        if (waiting.get() == 0 && outage.compareAndSet(true, false)) {
            LOG.info("Prompts of the queue are answered again");
        }
    }

    /** Messages that wait for a model that is away. */
    public int waiting() {
        return waiting.get();
    }

    /** Ends all pauses, now and from now on: what waits goes back. */
    public void stop() {
        pauses.stop();
    }

    /** Whether all pauses have ended: the program stops. */
    public boolean stopped() {
        return pauses.stopped();
    }

    /** Decides what becomes of a message that has failed; waits before it has it tried again. */
    public Fate judge(Delivery delivery, CaravanException why) {
        if (why instanceof RejectedException && !why.othersMayAnswer()) {
            return Fate.DEAD;
        }
        return why instanceof UnavailableException || why instanceof RejectedException
                ? outlast(delivery, why)
                : surprise(delivery);
    }

    private Fate outlast(Delivery delivery, CaravanException why) {
        if (pauses.stopped()) {
            return back(delivery);
        }
        Optional<Duration> left = delivery.timeLeft();
        if (left.filter(time -> time.compareTo(firstPause) < 0).isPresent()
                || (!why.code().meansFull() && delivery.failsAlone(answered.get()))) {
            return Fate.DEAD;
        }
        tell(why);
        waiting.incrementAndGet();
        try {
            Duration pause = ofAnOutage.after(delivery.failed(), why, LONGEST_ASKED_FOR);
            return pauses.over(left.map(time -> Times.shorter(time.dividedBy(2), pause))
                            .orElse(pause))
                    ? Fate.AGAIN
                    : back(delivery);
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** Once in a while: every prompt that waits would say the same. */
    private void tell(CaravanException why) {
        long now = System.nanoTime();
        long before = toldAt.get();
        if (!outage.get() && now - before > BETWEEN_LINES.toNanos() && toldAt.compareAndSet(before, now)) {
            outage.set(true);
            LOG.warn("Prompts of the queue wait for their model, and are asked again: {}", why.reason());
        }
    }

    /** Back to its queue: as many stops of Caravan as there may be during an outage are not the message's fault. */
    private static Fate back(Delivery delivery) {
        return delivery.number() < MOST_DELIVERIES - 1 ? Fate.BACK : Fate.ANEW;
    }

    /** Whatever it was, it may have been the message: it is delivered so many times, and no more. */
    private Fate surprise(Delivery delivery) {
        if (delivery.number() >= MOST_DELIVERIES) {
            return Fate.DEAD;
        }
        pauses.over(ofASurprise.after(delivery.number() - 1));
        return Fate.BACK;
    }
}
