package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.limit.Deadlines;
import io.caravan.llm.Attempt;
import io.caravan.llm.LimitedCall;
import io.caravan.llm.Limits;
import io.caravan.llm.Provider;
import io.caravan.llm.Providers;
import io.caravan.operate.Journal;
import java.util.Optional;
import org.apache.camel.Exchange;

/** The step of the route in front of a provider that keeps its limits; it is named in the YAML. */
public final class LimitSteps {

    private final Providers providers;
    private final Deadlines deadlines;
    private final Journal journal;

    public LimitSteps(Providers providers, Deadlines deadlines, Journal journal) {
        this.providers = providers;
        this.deadlines = deadlines;
        this.journal = journal;
    }

    /** Waits until the provider takes the call; what the call has used is known when it leaves this route. */
    public void withinLimits(Exchange exchange) {
        ChatCall call = call(exchange);
        Provider provider = providers.named(call.progress().provider());
        LimitedCall limited = await(provider.limits(), call);
        if (call.inBackground()
                && call.request().timeout().isEmpty()
                && call.progress().attempts() == 0) {
            deadlines.limitFromNow(call, provider.settings().totalTimeout(), "total-timeout");
        }
        AfterRoute.run(exchange, () -> limited.ended(Optional.ofNullable(exchange.getException())));
    }

    private LimitedCall await(Limits limits, ChatCall call) {
        try {
            return limits.await(call);
        } catch (CaravanException e) {
            if (call.stopped().isEmpty()) {
                journal.limited(call, e);
            }
            throw Attempt.judged(call, e);
        }
    }
}
