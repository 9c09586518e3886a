package io.caravan.broker;

import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.jspecify.annotations.Nullable;

/** A broker in this process, which nobody outside can reach; what it holds is in a folder. */
final class Embedded implements Place {

    /** Brokers of one virtual machine are told apart by a number. */
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static final long MIN_DISK_FREE = 256L * 1024 * 1024;

    private final Path folder;
    private final long minDiskFree;
    private final int number = NUMBERS.incrementAndGet();
    private final ConnectionFactory connections = Connections.to("vm://" + number);
    private volatile @Nullable ActiveMQServer server;

    Embedded(Path folder) {
        this(folder, MIN_DISK_FREE);
    }

    /** @param minDiskFree in bytes; with less, no message is taken in */
    Embedded(Path folder, long minDiskFree) {
        this.folder = folder;
        this.minDiskFree = minDiskFree;
    }

    @Override
    public String name() {
        return "embedded broker";
    }

    @Override
    public ConnectionFactory connections() {
        return connections;
    }

    @Override
    public void open() throws Exception {
        ActiveMQServer starting = new ActiveMQServerImpl(EmbeddedConfiguration.of(folder, number, minDiskFree));
        server = starting;
        starting.start();
        if (!starting.isStarted()) {
            throw new IllegalStateException("it does not start with what is in " + folder);
        }
    }

    @Override
    public boolean isThere() {
        ActiveMQServer running = server;
        return running != null && running.isStarted();
    }

    @Override
    public Optional<String> trouble() {
        ActiveMQServer running = server;
        return running != null && running.getPagingManager().isDiskFull()
                ? Optional.of("the disk is full: less than " + minDiskFree / (1024 * 1024) + " MiB are free in "
                        + folder + ", and no message is taken in until there is more")
                : Optional.empty();
    }

    @Override
    public OptionalLong depth(String queue) {
        ActiveMQServer running = server;
        Queue found = running == null || !running.isStarted() ? null : running.locateQueue(queue);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.getMessageCount());
    }

    @Override
    public void close() throws Exception {
        ActiveMQServer running = server;
        if (running != null) {
            running.stop();
        }
    }
}
