package io.caravan.camel.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.Batches;
import io.caravan.batch.LineError;
import io.caravan.batch.LineResult;
import io.caravan.camel.CaravanExchange;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Json;
import io.caravan.chat.Usage;
import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import io.caravan.failure.Failures;
import io.caravan.failure.RejectedException;
import io.caravan.openai.CompletionRequests;
import io.caravan.openai.Completions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** The steps of the route that works off the lines of batches; each is named in the YAML. */
public final class LineSteps {

    private static final String LINE = "caravan.batch-line";

    private final Batches batches;
    private final BooleanSupplier stopping;

    /** @param stopping whether the program is about to end */
    public LineSteps(Batches batches, BooleanSupplier stopping) {
        this.batches = batches;
        this.stopping = stopping;
    }

    /** Takes note of which line the message is. */
    public void read(Exchange exchange) {
        exchange.setProperty(LINE, QueuedLine.of(exchange.getMessage()));
    }

    /** Whether the line still waits for its result. */
    public boolean pending(Exchange exchange) {
        QueuedLine line = line(exchange);
        return batches.ledger().pending(line.batch(), line.run(), line.number());
    }

    /** Makes the message the question that the line asks. */
    public void ask(Exchange exchange) {
        Message question = new DefaultMessage(exchange);
        question.setBody(question(line(exchange).json()));
        exchange.setMessage(question);
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
        Message answer = exchange.getMessage();
        Usage usage = new Usage(
                answer.getHeader(CaravanExchange.PROMPT_TOKENS, 0L, Long.class),
                answer.getHeader(CaravanExchange.COMPLETION_TOKENS, 0L, Long.class));
        String requestId = answer.getHeader(CaravanExchange.REQUEST_ID, "", String.class);
        JsonNode body = Completions.completion(
                requestId,
                Instant.now(),
                answer.getHeader(CaravanExchange.MODEL, "", String.class),
                answer.getBody(String.class),
                answer.getHeader(CaravanExchange.FINISH_REASON, "stop", String.class),
                usage);
        write(new LineResult(
                line.batch(),
                line.number(),
                line.attempts() + answer.getHeader(CaravanExchange.ATTEMPTS, 0, Integer.class),
                Optional.of(response(200, requestId, body)),
                Optional.empty(),
                usage.promptTokens(),
                usage.completionTokens()));
    }

    private void write(LineResult result) {
        batches.write(result).join();
    }

    private static String response(int status, String requestId, JsonNode body) {
        return Json.STRICT
                .createObjectNode()
                .put("status_code", status)
                .put("request_id", requestId)
                .<com.fasterxml.jackson.databind.node.ObjectNode>set("body", body)
                .toString();
    }

    /** What becomes of a line that was not answered: an error line, or it goes back into the queue and is asked again. */
    public void failed(Exchange exchange) {
        CaravanException why = Failures.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
        QueuedLine line = line(exchange);
        if (stopping.getAsBoolean() || why instanceof CancelledException) {
            exchange.getExchangeExtension().setErrorHandlerHandled(false);
            return;
        }
        write(new LineResult(
                line.batch(),
                line.number(),
                line.attempts(),
                Optional.of(response(why.code().status(), exchange.getExchangeId(), Completions.error(why))),
                Optional.of(new LineError(why.code().wireName(), String.valueOf(why.getMessage()))),
                0,
                0));
    }

    private static QueuedLine line(Exchange exchange) {
        return exchange.getProperty(LINE, QueuedLine.class);
    }
}
