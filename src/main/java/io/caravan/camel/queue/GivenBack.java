package io.caravan.camel.queue;

import org.apache.camel.RollbackExchangeException;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.ErrorHandler;

/** What a route could not bring to its end, and what therefore goes back to its queue, as one line of the log. */
final class GivenBack implements ErrorHandler {

    private static final Logger LOG = LoggerFactory.getLogger(GivenBack.class);

    @Override
    public void handleError(Throwable thrown) {
        if (ObjectHelper.getException(RollbackExchangeException.class, thrown) == null) {
            LOG.warn("A message goes back to its queue: {}", thrown.toString());
        }
    }
}
