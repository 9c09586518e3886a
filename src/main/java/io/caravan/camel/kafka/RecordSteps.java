package io.caravan.camel.kafka;

import io.caravan.broker.Endurance;
import io.caravan.broker.Fate;
import io.caravan.camel.queue.PromptReader;
import io.caravan.camel.queue.PromptSteps;
import io.caravan.camel.queue.QueueHeaders;
import io.caravan.camel.queue.QueuedPrompt;
import io.caravan.failure.InternalException;
import io.caravan.failure.RejectedException;
import io.caravan.settings.KafkaSettings;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.util.ObjectHelper;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that take a prompt from its topic and decide what becomes of it; each is named in the YAML. */
public final class RecordSteps {

    private static final Logger LOG = LoggerFactory.getLogger(RecordSteps.class);
    private static final String COMMIT = "caravan.record-commit";

    private final PromptSteps prompts;
    private final Endurance endurance;
    private final KafkaSettings settings;

    public RecordSteps(PromptSteps prompts, Endurance endurance, KafkaSettings settings) {
        this.prompts = prompts;
        this.endurance = endurance;
        this.settings = settings;
    }

    /** Takes note of what the record asks, and of who waits for the answer. */
    public void read(Exchange exchange) {
        Message came = exchange.getMessage();
        RecordCommit commit = came.getHeader(KafkaConstants.MANUAL_COMMIT, RecordCommit.class);
        RecordOrigin origin = new RecordOrigin(came);
        exchange.setProperty(COMMIT, commit);
        int taken = commit.taken();
        QueuedPrompt prompt = prompts.take(exchange, origin, origin.correlation(), taken);
        if (taken > Endurance.MOST_DELIVERIES) {
            throw new InternalException(
                    "it was taken " + Endurance.MOST_DELIVERIES + " times, and each time Caravan ended meanwhile",
                    null);
        }
        origin.replyTopic().ifPresent(named -> origin.replyTo(allowed(named)));
        Map<String, Object> headers = origin.headers();
        prompt.asks(PromptReader.read(origin.text(), headers));
        exchange.setVariable("stream", Boolean.parseBoolean(String.valueOf(headers.get(QueueHeaders.STREAM))));
    }

    /** Whoever may write prompts could otherwise have Caravan write wherever it may. */
    private String allowed(String topic) {
        if (!settings.answersGoTo(topic)) {
            throw RejectedException.invalid(
                    "answers may not be sent to the topic that the record names: see caravan.kafka.reply-topics");
        }
        return topic;
    }

    /** The record is done: its group goes on behind it. */
    public void commit(Exchange exchange) {
        exchange.getProperty(COMMIT, RecordCommit.class).commit();
    }

    /** The record is the next that is read: nothing behind it is before. */
    public void readAgain(Exchange exchange) {
        exchange.getProperty(COMMIT, RecordCommit.class).readAgain();
    }

    /**
     * Whether the prompt is to be asked again now, after a failure; waits before. The variable {@code fate} says what becomes
     * of it otherwise. A record is read again only when Caravan stops or Kafka fails.
     */
    public boolean mayBeAskedAgain(Exchange exchange) {
        exchange.setVariable("fate", Fate.BACK.name());
        QueuedPrompt prompt = QueuedPrompt.of(exchange);
        Exception thrown = exchange.getException();
        if (prompt == null || kafkaFails(thrown)) {
            LOG.info("A prompt of Kafka is read again, for Kafka failed: {}", thrown.toString());
            return false;
        }
        tellWhatIsTooLong(exchange);
        if (prompts.mayBeAskedAgain(exchange)) {
            return true;
        }
        if (Fate.DEAD.name().equals(exchange.getVariable("fate", String.class))) {
            return false;
        }
        RecordCommit commit = exchange.getProperty(COMMIT, RecordCommit.class);
        if (endurance.stopped()) {
            commit.givenBack();
            return false;
        }
        prompt.deliveredAgain(endurance.delivered(commit.takenAgain()));
        return true;
    }

    private static boolean kafkaFails(Exception thrown) {
        return Optional.<Throwable>ofNullable(ObjectHelper.getException(RetriableException.class, thrown))
                .or(() -> Optional.ofNullable(ObjectHelper.getException(CommitFailedException.class, thrown)))
                .or(() -> Optional.ofNullable(ObjectHelper.getException(WakeupException.class, thrown)))
                .or(() -> Optional.ofNullable(ObjectHelper.getException(InterruptException.class, thrown)))
                .isPresent();
    }

    private static void tellWhatIsTooLong(Exchange exchange) {
        if (ObjectHelper.getException(RecordTooLargeException.class, exchange.getException()) != null) {
            exchange.setException(RejectedException.invalid("the answer is longer than a record of Kafka may be"));
        }
    }
}
