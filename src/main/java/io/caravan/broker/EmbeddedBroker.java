package io.caravan.broker;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker in this process, which nobody outside can reach; what it holds is in a folder. It starts beside everything
 * else: who needs a connection waits for it.
 */
public final class EmbeddedBroker implements Broker {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    /** Brokers of one virtual machine are told apart by a number. */
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final int number = NUMBERS.incrementAndGet();
    private final CompletableFuture<ActiveMQServer> started = new CompletableFuture<>();
    private final ConnectionFactory connections;

    private EmbeddedBroker() {
        connections = new Awaited(this::await, Connections.to("vm://" + number));
    }

    /** Begins to start a broker whose journal is in this folder, and returns at once. */
    public static EmbeddedBroker start(Path folder) {
        EmbeddedBroker broker = new EmbeddedBroker();
        Thread thread = new Thread(() -> broker.run(folder), "caravan-broker");
        thread.setDaemon(true);
        thread.start();
        return broker;
    }

    private void run(Path folder) {
        try {
            ActiveMQServer server = new ActiveMQServerImpl(EmbeddedConfiguration.of(folder, number));
            server.start();
            started.complete(server);
        } catch (Exception | LinkageError e) {
            LOG.error("The broker did not start: {}", String.valueOf(e.getMessage()));
            started.completeExceptionally(e);
        }
    }

    private void await() {
        started.join();
    }

    @Override
    public ConnectionFactory connections() {
        return connections;
    }

    @Override
    public Optional<String> problem() {
        if (!started.isDone()) {
            return Optional.of("it is starting");
        }
        try {
            ActiveMQServer server = started.join();
            return server.isStarted() ? Optional.empty() : Optional.of("it has stopped");
        } catch (CompletionException e) {
            return Optional.of("it did not start: " + e.getCause());
        }
    }

    @Override
    public OptionalLong depth(String queue) {
        if (problem().isPresent()) {
            return OptionalLong.empty();
        }
        Queue found = started.join().locateQueue(queue);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.getMessageCount());
    }

    @Override
    public void close() {
        try {
            started.join().stop();
        } catch (Exception e) {
            LOG.warn("The broker did not stop cleanly: {}", String.valueOf(e.getMessage()));
        }
    }
}
