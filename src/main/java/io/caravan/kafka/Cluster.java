package io.caravan.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Kafka that may be away, at the start or later; a thread of its own looks after it. Thread-safe. */
public final class Cluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final long LOOK_SECONDS = 5;

    private final String brokers;
    private final Supplier<Properties> clients;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Optional<String> problem = Optional.empty();

    /** @param clients how it is reached; is asked when that is needed */
    public Cluster(List<String> brokers, Supplier<Properties> clients) {
        this.brokers = String.join(",", brokers);
        this.clients = clients;
    }

    /** Where it is. */
    public String brokers() {
        return brokers;
    }

    /** Looks after it from now on. */
    public void watch() {
        Thread keeper = new Thread(this::keep, "caravan-kafka");
        keeper.setDaemon(true);
        keeper.start();
    }

    /** Why it cannot be used now; empty if it can, as far as is known. */
    public Optional<String> problem() {
        return problem;
    }

    /**
     * Those of these topics that are not there; asks now.
     *
     * @throws UnreachableException if Kafka does not answer
     */
    public List<String> missing(Collection<String> topics) {
        try (Admin admin = admin()) {
            Set<String> there = topics(admin);
            return topics.stream().filter(topic -> !there.contains(topic)).toList();
        } catch (KafkaException e) {
            throw new UnreachableException(reason(e), e);
        }
    }

    private static Set<String> topics(Admin admin) {
        try {
            return admin.listTopics().names().get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnreachableException(reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted", e);
        }
    }

    /** Kafka does not answer. */
    public static final class UnreachableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnreachableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private void keep() {
        do {
            try (Admin admin = admin()) {
                do {
                    look(admin);
                } while (!closes());
            } catch (RuntimeException e) {
                tell(Optional.of(reason(e)));
            }
        } while (!closes());
    }

    private void look(Admin admin) {
        try {
            topics(admin);
            tell(Optional.empty());
        } catch (UnreachableException e) {
            tell(Optional.ofNullable(e.getMessage()));
        }
    }

    private void tell(Optional<String> now) {
        if (now.isPresent() != problem.isPresent() && closing.getCount() > 0) {
            now.ifPresentOrElse(
                    why -> LOG.warn("Kafka at {} cannot be used: {}", brokers, why),
                    () -> LOG.info("Kafka at {} can be used again", brokers));
        }
        problem = now;
    }

    private boolean closes() {
        try {
            return closing.await(LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private Admin admin() {
        Properties all = clients.get();
        Properties own = new Properties();
        all.forEach((key, value) -> {
            if (AdminClientConfig.configNames().contains(String.valueOf(key))) {
                own.put(key, value);
            }
        });
        own.putAll(Map.of("request.timeout.ms", "4000", "default.api.timeout.ms", "5000"));
        return Admin.create(own);
    }

    private static String reason(Throwable thrown) {
        Throwable bottom = thrown;
        while (bottom.getCause() != null && bottom.getCause() != bottom) {
            bottom = bottom.getCause();
        }
        return bottom instanceof TimeoutException || bottom instanceof org.apache.kafka.common.errors.TimeoutException
                ? "no answer within " + LONGEST.toSeconds() + "s"
                : Optional.ofNullable(bottom.getMessage()).orElse(bottom.toString());
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
