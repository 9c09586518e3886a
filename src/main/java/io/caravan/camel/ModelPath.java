package io.caravan.camel;

import io.caravan.dialect.gemini.Gemini;
import org.apache.camel.Exchange;

/** The step of a route that calls a server whose URLs have the model in them. */
public final class ModelPath {

    private static final String VARIABLE = "CaravanModelPath";

    /** Where the model is among the server's resources, percent-encoded, as the variable {@code CaravanModelPath}. */
    public void set(Exchange exchange) {
        exchange.setVariable(
                VARIABLE, Gemini.path(CaravanExchange.call(exchange).progress().model()));
    }
}
