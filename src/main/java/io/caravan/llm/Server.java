package io.caravan.llm;

import io.caravan.limit.Times;
import io.caravan.settings.ServerAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server of a provider: its calls in flight, and whether it is set aside. One that comes back gets a single call
 * first; the others follow when that has succeeded. Thread-safe.
 */
public final class Server {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** What a server says of its limits is believed for so long; then it is asked again. */
    private static final Duration BELIEVED = Duration.ofMinutes(1);

    private final String name;
    private final int index;
    private final ServerAddress address;
    private final long longest;
    private final LongSupplier nanos;

    private int inFlight;
    private int failures;
    private boolean probed;
    private long asideUntil;
    private long limitedUntil;

    Server(String name, int index, ServerAddress address, Duration longest, LongSupplier nanos) {
        this.name = name;
        this.index = index;
        this.address = address;
        this.longest = longest.toNanos();
        this.nanos = nanos;
        this.asideUntil = nanos.getAsLong();
        this.limitedUntil = asideUntil;
    }

    /** Its place in the settings, from 0. */
    public int index() {
        return index;
    }

    public ServerAddress address() {
        return address;
    }

    /** Calls that it has not yet answered. */
    public synchronized int inFlight() {
        return inFlight;
    }

    /** Whether it gets no call for the moment, because it has failed or said so. */
    public boolean setAside() {
        return nanosUntilBack(nanos.getAsLong()) > 0;
    }

    synchronized boolean ready(long now) {
        return nanosUntilBack(now) == 0 && !probed;
    }

    synchronized long nanosUntilBack(long now) {
        return Math.max(nanosUntilUnlimited(now), asideUntil - now);
    }

    synchronized long nanosUntilUnlimited(long now) {
        return Math.max(0, limitedUntil - now);
    }

    /** Whether a call had better go here: ready, else back sooner, then with fewer calls in flight. */
    boolean isBetterThan(Server other, long now) {
        boolean ready = ready(now);
        if (ready != other.ready(now)) {
            return ready;
        }
        long sooner = ready ? 0 : other.nanosUntilBack(now) - nanosUntilBack(now);
        return sooner > 0 || (sooner == 0 && inFlight() < other.inFlight());
    }

    /** A call begins; true if it shows whether the server is well again. */
    synchronized boolean begin() {
        inFlight++;
        boolean probe = failures > 0 && !probed;
        probed |= probe;
        return probe;
    }

    synchronized void end(boolean probe) {
        inFlight--;
        probed &= !probe;
    }

    synchronized void succeeded() {
        failures = 0;
        probed = false;
        asideUntil = nanos.getAsLong();
    }

    /** Sets it aside, each time for twice as long; failures of calls that were under way by then do not add up. */
    synchronized void failed(String reason, Duration atLeast) {
        long now = nanos.getAsLong();
        if (asideUntil - now > 0) {
            return;
        }
        long grown = Math.min(longest, SHORTEST.toNanos() << Math.min(failures, 20));
        long pause = Math.max(grown, believed(atLeast));
        failures++;
        asideUntil = now + pause;
        LOG.warn("{} ({}) is set aside for {}: {}", name, address.url(), Times.plain(Duration.ofNanos(pause)), reason);
    }

    /** It takes no request for so long. */
    synchronized void limited(Duration time) {
        long until = nanos.getAsLong() + believed(time);
        if (until - limitedUntil > 0) {
            limitedUntil = until;
        }
    }

    private static long believed(Duration time) {
        return (time.compareTo(BELIEVED) < 0 ? time : BELIEVED).toNanos();
    }
}
