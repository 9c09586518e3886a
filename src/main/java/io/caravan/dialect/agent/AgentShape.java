package io.caravan.dialect.agent;

import io.caravan.dialect.Finish;
import java.util.Optional;

/** What the events of an agent's answer mean. Not thread-safe. */
interface AgentShape {

    /**
     * Hands out what an event holds.
     *
     * @return how the answer ended, if it did with this event
     * @throws io.caravan.failure.CaravanException if the event tells of a failure, or breaks the protocol
     */
    Optional<Finish> take(AgentEvent event);

    /** Whether there is no event that ends the answer, so that the end of the stream has to. */
    boolean endsWithItsStream();
}
