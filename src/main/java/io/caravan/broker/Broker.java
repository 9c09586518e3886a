package io.caravan.broker;

import jakarta.jms.ConnectionFactory;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the queues are. It may be away, at the start or later: whoever needs it waits, or is told so. Thread-safe. */
public interface Broker extends AutoCloseable {

    /** Makes connections of its own for who receives; waits for a broker that is still starting. */
    ConnectionFactory connections();

    /** Why it cannot be used now; empty if it can. */
    Optional<String> problem();

    /** How many messages wait in a queue or are being worked on; empty where that cannot be told. */
    OptionalLong depth(String queue);

    /** Lets go of it; an embedded one stops. Nothing that it has acknowledged is lost. */
    @Override
    void close();
}
