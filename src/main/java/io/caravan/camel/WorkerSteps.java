package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.llm.Attempt;
import io.caravan.workers.WorkerAnswer;
import io.caravan.workers.Workers;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/** The steps of the route that leaves a question to other processes; each is named in the YAML. */
public final class WorkerSteps {

    private static final String ANSWER = "caravan.worker-answer";

    private final Workers workers;

    public WorkerSteps(Workers workers) {
        this.workers = workers;
    }

    /** Makes the message the events of the answer. */
    public void ask(Exchange exchange) {
        WorkerAnswer answer = workers.ask(call(exchange));
        exchange.setProperty(ANSWER, answer);
        exchange.getMessage().setBody(answer);
    }

    /** Ends the answer once an event could not be sent on. */
    public AggregationStrategy eachEvent() {
        return new AggregationStrategy() {
            @Override
            public Exchange aggregate(Exchange before, Exchange event) {
                return event;
            }

            @Override
            public void onCompletion(Exchange last, Exchange answered) {
                answer(answered).noMore();
            }
        };
    }

    /** Ends the question: well, or with what went wrong. */
    public void verdict(Exchange exchange) {
        exchange.getMessage().setBody(null);
        ChatCall call = call(exchange);
        call.nothingToStop();
        try {
            answer(exchange).verdict();
        } catch (CaravanException e) {
            throw e.partial() ? e : Attempt.judged(call, e);
        }
    }

    private static WorkerAnswer answer(Exchange exchange) {
        return exchange.getProperty(ANSWER, WorkerAnswer.class);
    }
}
