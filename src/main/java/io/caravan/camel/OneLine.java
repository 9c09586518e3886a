package io.caravan.camel;

import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a polling door could not finish, as one line of the log; the stack trace would say nothing more. */
public final class OneLine implements ExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(OneLine.class);

    @Override
    public void handleException(Throwable exception) {
        handleException("not finished", exception);
    }

    @Override
    public void handleException(String message, Throwable exception) {
        handleException(message, null, exception);
    }

    @Override
    public void handleException(String message, @Nullable Exchange exchange, Throwable exception) {
        LOG.info(
                "{} stays where it is ({})",
                name(exchange),
                exception.getClass().getSimpleName());
    }

    private static String name(@Nullable Exchange exchange) {
        return exchange == null
                ? "a file"
                : String.valueOf(exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY));
    }
}
