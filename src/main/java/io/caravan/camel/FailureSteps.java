package io.caravan.camel;

import io.caravan.chat.ChatCall;
import io.caravan.chat.EventJson;
import io.caravan.failure.Failures;
import java.util.Optional;
import org.apache.camel.Exchange;

/** The steps that report a failure. */
public final class FailureSteps {

    /** The event that says the request has failed, as the body; no body if its end was told before. */
    public void failed(Exchange exchange) {
        Exception why = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        ChatCall call = CaravanExchange.call(exchange);
        if (call == null && exchange.getMessage().getBody() instanceof ChatCall opened) {
            call = opened; // it has not come as far as the route at whose end it is over
            call.over();
        }
        if (call == null) {
            EventJson events = Optional.ofNullable(CaravanExchange.events(exchange))
                    .orElseGet(() -> new EventJson(Optional.empty()));
            exchange.getMessage().setBody(events.failed(Failures.of(why)));
            return;
        }
        call.end(why);
        exchange.getMessage().setBody(call.mayTellItsEnd() ? call.json().failed(Failures.of(why)) : null);
    }
}
