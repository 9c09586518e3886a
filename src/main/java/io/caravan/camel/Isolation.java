package io.caravan.camel;

import io.caravan.broker.Endurance;
import io.caravan.broker.Quarantine;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.InternalException;
import io.caravan.failure.UnavailableException;
import io.caravan.files.StorageException;
import io.caravan.limit.Admission;
import org.apache.camel.Exchange;

/** Has messages worked on one at a time that were delivered so often that one of them may be what ends the program. */
public final class Isolation {

    private final Quarantine quarantine;

    public Isolation(Quarantine quarantine) {
        this.quarantine = quarantine;
    }

    /**
     * Waits until no other of these messages is worked on, if this is one of them; then it is alone until it has come to its end.
     *
     * @param id of the message, the same for each delivery
     * @param deliveries how often it was delivered, this time included
     */
    public void isolate(Exchange exchange, String id, int deliveries) {
        if (deliveries < Endurance.MOST_DELIVERIES) {
            return;
        }
        if (quarantine.endedTwiceWith(id)) {
            throw new InternalException(
                    "it was delivered " + deliveries + " times, and Caravan ended while it alone was asked, twice",
                    null);
        }
        try {
            if (!quarantine.enter(id)) {
                throw Admission.shuttingDown();
            }
        } catch (StorageException e) {
            throw new UnavailableException(ErrorCode.OVERLOADED, String.valueOf(e.getMessage()), e);
        }
        AtEnd.run(exchange, quarantine::leave);
    }
}
