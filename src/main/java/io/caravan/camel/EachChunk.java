package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.attempt;

import io.caravan.llm.Attempt;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * Keeps nothing of the chunks that were sent on, and ends the answer once one could not be: Camel would read what is
 * left of it, to its end, for nobody.
 */
public final class EachChunk implements AggregationStrategy {

    @Override
    public Exchange aggregate(Exchange before, Exchange chunk) {
        return chunk;
    }

    @Override
    public void onCompletion(Exchange last, Exchange answer) {
        Attempt attempt = attempt(answer);
        if (attempt != null) {
            attempt.noMore();
        }
    }
}
