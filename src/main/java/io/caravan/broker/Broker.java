package io.caravan.broker;

import io.caravan.settings.BrokerSettings;
import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the queues are: in this process or outside. It may be away, at the start or later; a thread of its own looks after
 * it, so that nobody else waits for it who does not need it. Thread-safe.
 */
public final class Broker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long LONGEST_STOP_SECONDS = 30;
    private static final Duration LONGEST_PREPARATION = Duration.ofSeconds(10);
    private static final long PREPARATION_LOOK_MILLIS = 20;

    /** Sessions that send at the same time; who comes then waits for one. */
    private static final int MOST_SESSIONS = 1_000;

    private final Place place;
    private final ConnectionFactory connections;
    private final JmsPoolConnectionFactory sending = new JmsPoolConnectionFactory();
    private final CountDownLatch tried = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread keeper = new Thread(this::keep, "caravan-broker");
    private volatile BooleanSupplier prepared = () -> true;
    private volatile boolean there;
    private volatile Optional<String> problem = Optional.empty();

    Broker(Place place) {
        this.place = place;
        this.connections = new Awaited(this::there);
        sending.setConnectionFactory(connections);
        sending.setMaxSessionsPerConnection(MOST_SESSIONS);
        keeper.setDaemon(true);
    }

    /**
     * The one of these settings, which is not looked for yet.
     *
     * @param folder where an embedded one keeps its messages
     * @param resolve looks up what is left in a secret for Camel: vaults
     */
    public static Broker of(BrokerSettings settings, Path folder, UnaryOperator<String> resolve) {
        return new Broker(settings.url()
                .<Place>map(url -> new Outside(
                        url, settings.user(), () -> settings.password().map(secret -> secret.resolved(resolve))))
                .orElseGet(() -> new Embedded(folder)));
    }

    /** Looks for it from now on; an embedded one starts. Returns at once. */
    public void start() {
        start(() -> true);
    }

    /**
     * The same, as soon as what its messages may need is there.
     *
     * @param prepared asked again and again; after 10 s without a yes it starts all the same
     */
    public void start(BooleanSupplier prepared) {
        this.prepared = prepared;
        keeper.start();
    }

    /** Makes a connection for each who asks, to receive and to send in one transaction; who asks first waits. */
    public ConnectionFactory connections() {
        return connections;
    }

    /** Lends connections to whoever only sends. */
    public ConnectionFactory sending() {
        return sending;
    }

    /** Why it cannot be used now; empty if it can, as far as is known. */
    public Optional<String> problem() {
        return problem;
    }

    /** The same, once it is known; waits for that so long. */
    public Optional<String> problemAtFirst(Duration time) {
        try {
            return tried.await(time.toNanos(), TimeUnit.NANOSECONDS)
                    ? problem
                    : Optional.of("no answer within " + time.toSeconds() + "s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return problem;
        }
    }

    /** The URL of a broker without what may follow its address, for messages. */
    public static String shown(String url) {
        return url.replaceFirst("\\?.*", "");
    }

    /** How many messages wait in a queue or are being worked on; empty where that cannot be told. */
    public OptionalLong depth(String queue) {
        return there ? place.depth(queue) : OptionalLong.empty();
    }

    /** Lets go of it; an embedded one stops. */
    @Override
    public void close() {
        closing.countDown();
        tried.countDown();
        sending.stop();
        try {
            // never interrupted: that would break a journal that is being written
            keeper.join(TimeUnit.SECONDS.toMillis(LONGEST_STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ConnectionFactory there() {
        try {
            tried.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!there) {
            throw new IllegalStateException(problem.orElse("the broker has been stopped"));
        }
        return place.connections();
    }

    private void keep() {
        if (!mayBegin()) {
            return;
        }
        do {
            try {
                place.open();
                arrived();
                while (place.isThere() && !closesWithin(LOOK_MILLIS)) {
                    tell(place.trouble());
                }
                tell(place.isThere() ? Optional.empty() : Optional.of("it has gone"));
            } catch (Exception | LinkageError e) {
                tell(Optional.of(reason(e)));
            }
            there = false;
            tried.countDown();
            shut();
        } while (!closesWithin(LOOK_MILLIS));
    }

    /** Whether it may begin: what its messages need is there, or has been waited for; and it has not been closed meanwhile. */
    private boolean mayBegin() {
        long end = System.nanoTime() + LONGEST_PREPARATION.toNanos();
        while (!prepared.getAsBoolean() && System.nanoTime() < end) {
            if (closesWithin(PREPARATION_LOOK_MILLIS)) {
                return false;
            }
        }
        return closing.getCount() > 0;
    }

    private void arrived() {
        there = true;
        tell(place.trouble());
        tried.countDown();
    }

    private void shut() {
        try {
            place.close();
        } catch (Exception | LinkageError e) {
            LOG.warn("The {} did not stop cleanly: {}", place.name(), reason(e));
        }
    }

    /** Waits so long; true as soon as it is closed, and where it may not wait. */
    private boolean closesWithin(long millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void tell(Optional<String> now) {
        if (!now.equals(problem)) {
            problem = now;
            now.ifPresentOrElse(
                    why -> LOG.error("The {} cannot be used: {}", place.name(), why),
                    () -> LOG.info("The {} can be used again", place.name()));
        }
    }

    private static String reason(Throwable thrown) {
        Throwable bottom = thrown;
        while (bottom.getCause() != null && bottom.getCause() != bottom) {
            bottom = bottom.getCause();
        }
        return Optional.ofNullable(bottom.getMessage())
                .orElse(bottom.toString())
                .replaceFirst("^AMQ\\d+: ", "");
    }
}
