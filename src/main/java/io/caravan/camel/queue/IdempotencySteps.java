package io.caravan.camel.queue;

import io.caravan.broker.KeptAnswer;
import io.caravan.broker.KeptAnswers;
import io.caravan.broker.Keys;
import io.caravan.camel.AtEnd;
import io.caravan.camel.CaravanExchange;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.failure.UnavailableException;
import io.caravan.limit.Admission;
import io.caravan.store.StoreException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that give a prompt the answer that one with the same idempotency key got; each is named in the YAML. */
public final class IdempotencySteps {

    private static final Logger LOG = LoggerFactory.getLogger(IdempotencySteps.class);
    private static final String ANSWERED = "answered";

    private final KeptAnswers kept;
    private final Keys keys = new Keys();

    public IdempotencySteps(KeptAnswers kept) {
        this.kept = kept;
    }

    /** Makes the message the answer that is kept, if there is one; the variable {@code answered} says so. */
    public void find(Exchange exchange) {
        exchange.setVariable(ANSWERED, false);
        QueuedPrompt prompt = QueuedPrompt.of(exchange);
        if (prompt.key().isPresent()) {
            String key = prompt.key().get();
            hold(exchange, prompt, key);
            find(key).ifPresent(answer -> give(exchange, prompt, answer));
        }
    }

    /** Others with the same key wait for this one; it has the key until its end, however often it is asked. */
    private void hold(Exchange exchange, QueuedPrompt prompt, String key) {
        if (prompt.holdsItsKey()) {
            return;
        }
        if (!keys.take(key)) {
            throw Admission.shuttingDown();
        }
        prompt.hasItsKey();
        AtEnd.run(exchange, () -> keys.giveBack(key));
    }

    private Optional<KeptAnswer> find(String key) {
        try {
            return kept.find(key);
        } catch (StoreException | JdbiException e) {
            throw new UnavailableException(
                    ErrorCode.OVERLOADED, "the database, where its IdempotencyKey is looked up, cannot be used", e);
        }
    }

    private static void give(Exchange exchange, QueuedPrompt prompt, KeptAnswer answer) {
        if (!answer.fingerprint().equals(prompt.fingerprint())) {
            throw RejectedException.invalid("IdempotencyKey came before, with another prompt");
        }
        exchange.setVariable(ANSWERED, true);
        prompt.saysOnly(answer.text());
        Message message = exchange.getMessage();
        message.setBody(answer.text());
        message.setHeader(CaravanExchange.REQUEST_ID, prompt.correlation());
        message.setHeader(CaravanExchange.PROVIDER, answer.provider());
        message.setHeader(CaravanExchange.MODEL, answer.model());
        message.setHeader(CaravanExchange.FINISH_REASON, answer.finishReason());
        message.setHeader(CaravanExchange.PROMPT_TOKENS, answer.promptTokens());
        message.setHeader(CaravanExchange.COMPLETION_TOKENS, answer.completionTokens());
        message.setHeader(CaravanExchange.ATTEMPTS, answer.attempts());
    }

    /** Keeps the answer in the message. If another process has been faster, its answer stands, and is the message. */
    public void keep(Exchange exchange) {
        QueuedPrompt prompt = QueuedPrompt.of(exchange);
        if (prompt.key().isEmpty() || exchange.getVariable(ANSWERED, Boolean.class)) {
            return;
        }
        KeptAnswer answer = answer(exchange, prompt);
        try {
            KeptAnswer first = kept.keep(prompt.key().get(), answer);
            if (!first.equals(answer)) {
                give(exchange, prompt, first);
            }
        } catch (StoreException | JdbiException e) {
            // it is paid for: better asked again one day than not answered now
            LOG.warn(
                    "An answer could not be kept by its IdempotencyKey: {}",
                    e.getClass().getSimpleName());
        }
    }

    private static KeptAnswer answer(Exchange exchange, QueuedPrompt prompt) {
        Message message = exchange.getMessage();
        return new KeptAnswer(
                prompt.fingerprint(),
                exchange.getVariable("stream", Boolean.class) ? prompt.said() : message.getBody(String.class),
                message.getHeader(CaravanExchange.PROVIDER, String.class),
                message.getHeader(CaravanExchange.MODEL, String.class),
                message.getHeader(CaravanExchange.FINISH_REASON, String.class),
                message.getHeader(CaravanExchange.PROMPT_TOKENS, Long.class),
                message.getHeader(CaravanExchange.COMPLETION_TOKENS, Long.class),
                message.getHeader(CaravanExchange.ATTEMPTS, Integer.class));
    }
}
