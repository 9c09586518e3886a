package io.caravan.camel.queue;

import io.caravan.broker.Delivery;
import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.CaravanException;
import io.caravan.limit.Turns;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * A prompt that was taken from a queue or a topic, and what has come of it so far. Belongs to the thread that has it, but for what is
 * said: tools may speak from others.
 */
public final class QueuedPrompt {

    private static final String KEPT = "caravan.queued-prompt";

    private final Origin origin;
    private final String correlation;
    private Delivery delivery;
    private Optional<ChatRequest> question = Optional.empty();
    private Optional<String> key = Optional.empty();
    private String fingerprint = "";
    private boolean holdsItsKey;
    private Optional<Turns> turns = Optional.empty();
    private Optional<ChatCall> call = Optional.empty();
    private boolean reachable = true;
    private Optional<CaravanException> failure = Optional.empty();
    private final StringBuilder said = new StringBuilder();
    private int events;

    /** @param correlation by which whoever waits knows its answer */
    public QueuedPrompt(Origin origin, String correlation, Delivery delivery) {
        this.origin = origin;
        this.correlation = correlation;
        this.delivery = delivery;
    }

    /** The prompt that the exchange is about. */
    public static QueuedPrompt of(Exchange exchange) {
        return exchange.getProperty(KEPT, QueuedPrompt.class);
    }

    void keptWith(Exchange exchange) {
        exchange.setProperty(KEPT, this);
    }

    /** Where it came from. */
    public Origin origin() {
        return origin;
    }

    String correlation() {
        return correlation;
    }

    /** How often it was delivered, and what has been tried in vain since. */
    public Delivery delivery() {
        return delivery;
    }

    /** It was delivered once more, without leaving the thread that has it. */
    public void deliveredAgain(Delivery now) {
        now.limit(question.flatMap(ChatRequest::timeout));
        delivery = now;
    }

    /** It is asked only when it is its turn. */
    void awaits(Turns itsTurn) {
        turns = Optional.of(itsTurn);
    }

    /** Waits for its turn, if it has to; what is returned ends it, once. */
    Runnable turn() {
        return turns.map(Turns::take).orElse(() -> {});
    }

    /** The prompt as it was read. */
    ChatRequest question() {
        return question.orElseThrow();
    }

    /** Takes note of what it asks. */
    public void asks(PromptReader.Read read) {
        question = Optional.of(read.question());
        key = read.key();
        fingerprint = read.fingerprint();
        delivery.limit(read.question().timeout());
    }

    /** By what its sender knows it again, if it comes once more. */
    Optional<String> key() {
        return key;
    }

    /** Tells what it asks from what others ask. */
    String fingerprint() {
        return fingerprint;
    }

    boolean holdsItsKey() {
        return holdsItsKey;
    }

    void hasItsKey() {
        holdsItsKey = true;
    }

    /** It is asked, perhaps again: what was said is void. */
    synchronized ChatCall asked(ChatCall now) {
        said.setLength(0);
        events = 0;
        call = Optional.of(now);
        return now;
    }

    /** Whether it was its call that failed, which has said so in the log. */
    boolean failureIsWrittenDown() {
        return call.flatMap(ChatCall::failure).isPresent();
    }

    /** Whether there still is a queue for its answer. */
    boolean reachable() {
        return reachable;
    }

    void unreachable() {
        reachable = false;
    }

    /** What it has failed with. */
    CaravanException failure() {
        return failure.orElseThrow();
    }

    /** It was not answered; a call that has never begun is over, and nobody else says so. */
    void failed(CaravanException why) {
        failure = Optional.of(why);
        call.ifPresent(asked -> asked.end(why));
    }

    /** The text that was sent chunk by chunk. */
    synchronized String said() {
        return said.toString();
    }

    synchronized void says(String text) {
        said.append(text);
    }

    synchronized void saysOnly(String text) {
        said.setLength(0);
        said.append(text);
    }

    /** The place of the next event, from 0. */
    synchronized int nextIndex() {
        return events++;
    }
}
