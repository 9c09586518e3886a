package io.caravan.camel;

import java.nio.file.Files;
import java.nio.file.Path;
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
        if (takenAway(exchange)) {
            LOG.info("{} is no longer there, and is moved nowhere", name(exchange));
        } else {
            LOG.info(
                    "{} stays where it is ({})",
                    name(exchange),
                    exception.getClass().getSimpleName());
        }
    }

    private static boolean takenAway(@Nullable Exchange exchange) {
        String path = exchange == null ? null : exchange.getMessage().getHeader(Exchange.FILE_PATH, String.class);
        return path != null && !Files.exists(Path.of(path));
    }

    private static String name(@Nullable Exchange exchange) {
        return exchange == null
                ? "a file"
                : String.valueOf(exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY));
    }
}
