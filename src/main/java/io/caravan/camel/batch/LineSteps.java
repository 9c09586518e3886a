package io.caravan.camel.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.Batches;
import io.caravan.batch.LinePatience;
import io.caravan.batch.LineResults;
import io.caravan.camel.Isolation;
import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Json;
import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import io.caravan.failure.Failures;
import io.caravan.failure.RejectedException;
import io.caravan.limit.Turns;
import io.caravan.openai.CompletionRequests;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** The steps of the route that works off the lines of batches; each is named in the YAML. */
public final class LineSteps {

    private static final String LINE = "caravan.batch-line";
    private static final String CALL = "caravan.batch-call";

    private final Batches batches;
    private final Turns turns;
    private final Isolation isolation;
    private final BooleanSupplier stopping;

    /**
     * @param atOnce lines that are asked at the same time; others may be read and written down meanwhile
     * @param stopping whether the program is about to end
     */
    public LineSteps(Batches batches, int atOnce, Isolation isolation, BooleanSupplier stopping) {
        this.batches = batches;
        this.turns = new Turns(atOnce);
        this.isolation = isolation;
        this.stopping = stopping;
    }

    /** Takes note of which line the message is. */
    public void read(Exchange exchange) {
        exchange.setProperty(LINE, QueuedLine.of(exchange.getMessage()));
    }

    /** Whether the line still waits for its result. */
    public boolean pending(Exchange exchange) {
        QueuedLine line = line(exchange);
        return batches.pending(line.batch(), line.run(), line.number());
    }

    /** Has a line wait for others that have been delivered as often: one of them may be what ends the program. */
    public void isolate(Exchange exchange) {
        QueuedLine line = line(exchange);
        isolation.isolate(exchange, line.id(), line.deliveries());
    }

    /** Makes the message the question that the line asks. */
    public void ask(Exchange exchange) {
        QueuedLine line = line(exchange);
        ChatRequest question = question(line.json());
        Runnable over = turns.take();
        ChatCall call = new ChatCall(exchange.getExchangeId(), question, false);
        call.atEnd(over);
        batches.inFlight().add(line.batch(), call);
        exchange.setProperty(CALL, call);
        Message asked = new DefaultMessage(exchange);
        asked.setBody(call);
        exchange.setMessage(asked);
    }

    private static ChatRequest question(String line) {
        try {
            JsonNode body = Json.STRICT.readTree(line).path("body");
            if (body.isMissingNode()) {
                throw RejectedException.invalid("body is missing");
            }
            ChatRequest request = CompletionRequests.read(body, "body");
            // As with OpenAI: only a request that names tools has any.
            return request.toolNames().isPresent() ? request : request.limitedTo(List.of());
        } catch (JsonProcessingException e) {
            throw RejectedException.invalid("the line is not valid JSON: " + Json.problem(e));
        }
    }

    /** Writes the answer down; returns when it is safe. */
    public void record(Exchange exchange) {
        QueuedLine line = line(exchange);
        ChatCall call = exchange.getProperty(CALL, ChatCall.class);
        batches.write(LineResults.answered(line.batch(), line.number(), line.attempts(), call))
                .join();
        batches.answeredBy(call.progress().provider());
    }

    /**
     * What becomes of a line that was not answered: an error line; or, where another try may help, it has waited when this
     * returns, and the message is what goes back into the queue.
     */
    public void failed(Exchange exchange) {
        CaravanException why = Failures.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
        QueuedLine line = line(exchange);
        call(exchange).ifPresent(call -> call.end(why)); // where it has never begun, nobody else does
        if (stopping.getAsBoolean()) {
            putBack(exchange, line); // as if it had never been taken
        } else if (why instanceof CancelledException) {
            exchange.getMessage().setBody(null); // its batch has ended, and it has its result
        } else {
            int calls = call(exchange).map(call -> call.progress().attempts()).orElse(0);
            judge(exchange, why, line.inVain(calls, LinePatience.broken(why)));
        }
    }

    private void judge(Exchange exchange, CaravanException why, QueuedLine line) {
        Optional<Duration> pause = LinePatience.pause(why, line.rounds(), line.alone(), line.broken());
        if (pause.isPresent()) {
            String provider =
                    call(exchange).map(call -> call.progress().provider()).orElse("");
            boolean othersAreAnswered = batches.pause(pause.get(), provider);
            putBack(exchange, othersAreAnswered && !why.code().meansFull() ? line.leftAlone() : line);
        } else {
            String requestId = call(exchange).map(ChatCall::id).orElseGet(exchange::getExchangeId);
            batches.write(LineResults.failed(line.batch(), line.number(), line.attempts(), requestId, why))
                    .join();
            exchange.getMessage().setBody(null);
        }
    }

    private static void putBack(Exchange exchange, QueuedLine line) {
        Message message = new DefaultMessage(exchange);
        message.setBody(line.json());
        line.headers().forEach(message::setHeader);
        exchange.setMessage(message);
    }

    private static Optional<ChatCall> call(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(CALL, ChatCall.class));
    }

    private static QueuedLine line(Exchange exchange) {
        return exchange.getProperty(LINE, QueuedLine.class);
    }
}
