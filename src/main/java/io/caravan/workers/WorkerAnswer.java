package io.caravan.workers;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent;
import io.caravan.chat.Event;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a question that a worker answers, as JSON, the way they go to whoever asked. Like the answer of a model it
 * never looks ahead and never throws: {@link #verdict} says how it ended. Not thread-safe.
 *
 * <p>A worker that dies leaves its question to another one, which begins the answer anew. Before the first chunk nobody
 * sees that; behind it the answer is broken off. The broker gives the question to the next one, but only while it has not
 * expired; from then on it is asked again, once, where nothing was heard of the worker for too long. Of an answer that is
 * collected, the last turn of the model counts, as it does where the model is asked here.
 */
public final class WorkerAnswer implements Iterator<@Nullable String> {

    /** Until a worker has taken the question; then whoever answers has timers of its own. */
    private static final Duration UNTIL_TAKEN = Duration.ofMinutes(1);

    private final ChatCall call;
    private final EventQueue events;
    private final BiConsumer<String, Boolean> decided;
    private final IntConsumer askAgain;
    private final Duration untilGone;
    private boolean askedAgain;
    private boolean started;
    private int delivery;
    private int turn;
    private boolean ended;
    private @Nullable CaravanException failure;

    /**
     * @param decided gets the id of a call of a tool, and whether it was approved
     * @param askAgain gives the question to another worker, after so many deliveries
     * @param untilGone a worker of whom nothing was heard for so long is gone
     */
    WorkerAnswer(
            ChatCall call,
            EventQueue events,
            BiConsumer<String, Boolean> decided,
            IntConsumer askAgain,
            Duration untilGone) {
        this.call = call;
        this.events = events;
        this.decided = decided;
        this.askAgain = askAgain;
        this.untilGone = untilGone;
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public @Nullable String next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        try {
            Optional<EventQueue.Sent> sent = events.next(delivery > 0 ? untilGone : UNTIL_TAKEN);
            if (sent.isEmpty()) {
                askAgain();
                return null;
            }
            return relayed(sent.get());
        } catch (CaravanException e) {
            return end(e);
        }
    }

    private void askAgain() {
        if (delivery == 0) {
            throw UnavailableException.inVain(
                    ErrorCode.OVERLOADED, "no worker has taken the question within a minute", null);
        }
        if (askedAgain || call.progress().chunksOut() > 0) {
            throw gone();
        }
        askedAgain = true;
        askAgain.accept(delivery);
        begin(delivery + 1, 0); // what the silent one may still send comes too late
    }

    private @Nullable String relayed(EventQueue.Sent sent) {
        if (sent.delivery() < delivery) {
            return null; // another worker has the question now
        }
        follow(sent);
        return sent.json().equals(Fronts.STILL_THERE) ? null : relayed(Event.read(sent.json()));
    }

    private void follow(EventQueue.Sent sent) {
        boolean anew = sent.delivery() > delivery;
        if (anew && delivery > 0 && call.progress().chunksOut() > 0) {
            throw gone();
        }
        if (anew || sent.turn() > turn) {
            begin(sent.delivery(), sent.turn());
        }
    }

    private void begin(int delivery, int turn) {
        this.delivery = delivery;
        this.turn = turn;
        call.progress().forget();
    }

    private static StreamException gone() {
        return StreamException.interrupted("the worker that answered is gone", null);
    }

    private @Nullable String relayed(Event event) {
        return switch (event.status()) {
            case "processing" -> started(event);
            case "chunk" -> chunk(event);
            case "complete" -> completed(event);
            case "error" -> end(event.failure());
            default ->
                throw StreamException.protocol("an event of the unknown status \"" + event.status() + "\"", null);
        };
    }

    private @Nullable String started(Event event) {
        call.progress().chosen(event.provider(), event.model());
        if (started) {
            return null;
        }
        started = true;
        return call.json()
                .started(new ChatEvent.Started(event.provider(), event.model(), Optional.empty(), event.tools()));
    }

    private @Nullable String chunk(Event event) {
        ChatEvent.Chunk chunk = event.chunk();
        if (!call.takes(chunk)) {
            return null;
        }
        if (chunk instanceof ChatEvent.ToolCall tool) {
            call.approvals().requireFor(name -> event.awaiting());
            if (event.awaiting()) {
                CompletableFuture<Void> unused = call.approvals()
                        .of(tool.callId())
                        .thenAccept(approved -> decided.accept(tool.callId(), approved));
            }
        }
        return call.asJson(chunk);
    }

    private @Nullable String completed(Event event) {
        ended = true;
        call.progress().chosen(event.provider(), event.model());
        call.progress().attempted(event.attempts());
        call.progress().finished(event.finishReason(), event.usage(), Optional.empty());
        if (event.resumed()) {
            call.progress().resumed();
        }
        return call.lastChunk().map(call::asJson).orElse(null);
    }

    private @Nullable String end(CaravanException why) {
        ended = true;
        failure = why;
        return null;
    }

    /** Nobody wants more. */
    public void noMore() {
        ended = true;
    }

    /**
     * How it ended.
     *
     * @throws CaravanException if it did not end well
     */
    public void verdict() {
        call.checkStopped();
        if (failure != null) {
            throw failure;
        }
    }
}
