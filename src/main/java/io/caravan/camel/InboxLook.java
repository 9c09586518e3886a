package io.caravan.camel;

import io.caravan.files.Strangers;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks, at each poll of the inbox, for what the poll itself passes over in silence. */
public final class InboxLook extends DefaultPollingConsumerPollStrategy {

    private static final Logger LOG = LoggerFactory.getLogger(InboxLook.class);

    private final Strangers strangers;

    public InboxLook(Strangers strangers) {
        this.strangers = strangers;
    }

    @Override
    public boolean begin(Consumer consumer, Endpoint endpoint) {
        strangers.look().forEach(LOG::warn);
        return super.begin(consumer, endpoint);
    }
}
