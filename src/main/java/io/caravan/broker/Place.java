package io.caravan.broker;

import jakarta.jms.ConnectionFactory;
import java.util.Optional;
import java.util.OptionalLong;

/** Where a broker is, and how it is found to be there. All but {@link #depth} is for one thread. */
interface Place {

    /** For messages: which broker it is. */
    String name();

    /** Makes connections, if the broker is there. */
    ConnectionFactory connections();

    /** Starts the broker, or finds that it is there; throws if it is not. */
    void open() throws Exception;

    /** Whether it is still there; to be asked between {@link #open} and {@link #close}. */
    boolean isThere();

    /** What is wrong with it although it is there, if anything is. */
    Optional<String> trouble();

    /** How many messages are in a queue; empty where that cannot be told. Thread-safe. */
    OptionalLong depth(String queue);

    /** Lets go of it, whether or not it is there. */
    void close() throws Exception;
}
