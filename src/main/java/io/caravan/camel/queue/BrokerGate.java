package io.caravan.camel.queue;

import io.caravan.broker.Broker;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import org.apache.camel.Exchange;

/** Has a prompt wait whose answer could not be sent: to ask for it would be in vain, and paid for. */
public final class BrokerGate {

    private final Broker broker;

    public BrokerGate(Broker broker) {
        this.broker = broker;
    }

    /** Throws while the broker cannot be used: its disk may be full. */
    public void check(Exchange exchange) {
        broker.problem().ifPresent(why -> {
            throw new UnavailableException(ErrorCode.OVERLOADED, "the broker cannot be used: " + why);
        });
    }
}
