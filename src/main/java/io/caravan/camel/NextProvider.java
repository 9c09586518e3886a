package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.llm.Fallback;
import io.caravan.llm.Providers;
import io.caravan.operate.Journal;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Decides whether another provider is asked in place of one that failed for good, and which. */
public final class NextProvider implements Predicate {

    private final Fallback fallback;
    private final Journal journal;

    public NextProvider(Fallback fallback, Journal journal) {
        this.fallback = fallback;
        this.journal = journal;
    }

    @Override
    public boolean matches(Exchange exchange) {
        ChatCall call = call(exchange);
        if (!(exchange.getException() instanceof CaravanException failure)) {
            return false;
        }
        Optional<Providers.Choice> next = fallback.after(call, failure);
        next.ifPresent(choice -> {
            journal.fellBack(call, choice.provider().name());
            CaravanExchange.turnTo(exchange, choice);
        });
        return next.isPresent();
    }
}
