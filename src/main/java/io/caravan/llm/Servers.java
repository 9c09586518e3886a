package io.caravan.llm;

import io.caravan.settings.ProviderSettings;
import io.caravan.settings.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The servers of one provider. Each call goes to the one with the fewest calls in flight, in turn where there are
 * several; one that has failed is set aside for a while. Thread-safe.
 */
public final class Servers {

    private final List<Server> all = new ArrayList<>();
    private final LongSupplier nanos;
    private int next;

    /**
     * @param provider its name, for the log
     * @param longest nobody is set aside for longer
     * @param nanos the clock: nanoseconds from any moment
     */
    public Servers(String provider, List<ServerAddress> addresses, Duration longest, LongSupplier nanos) {
        this.nanos = nanos;
        for (ServerAddress address : addresses) {
            all.add(new Server(provider + " server " + (all.size() + 1), all.size(), address, longest, nanos));
        }
    }

    static Servers of(ProviderSettings provider) {
        return new Servers(
                provider.name(), provider.servers(), provider.breaker().openFor(), System::nanoTime);
    }

    /** The servers, in the order of the settings. */
    public List<Server> all() {
        return List.copyOf(all);
    }

    /**
     * The server for a call, which has to be {@linkplain ServerCall#release() released} at its end. Where all are set
     * aside it is the one that comes back first: a call is never refused here.
     */
    public synchronized ServerCall take() {
        long now = nanos.getAsLong();
        Server picked = all.get(next);
        for (int i = 1; i < all.size(); i++) {
            Server other = all.get((next + i) % all.size());
            if (other.isBetterThan(picked, now)) {
                picked = other;
            }
        }
        next = (picked.index() + 1) % all.size();
        return new ServerCall(this, picked, picked.begin());
    }

    /** How long it is until one of them takes requests again; zero unless all limit the rate of requests. */
    public Duration limitedFor() {
        long now = nanos.getAsLong();
        return Duration.ofNanos(all.stream()
                .mapToLong(server -> server.nanosUntilUnlimited(now))
                .min()
                .orElse(0));
    }

    /** Whether there is more than one, so that setting one aside makes sense. */
    boolean several() {
        return all.size() > 1;
    }

    boolean anotherReady(Server than) {
        long now = nanos.getAsLong();
        return all.stream().anyMatch(server -> server != than && server.ready(now));
    }
}
