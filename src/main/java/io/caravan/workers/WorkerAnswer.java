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
import org.jspecify.annotations.Nullable;

/**
 * The events of a question that a worker answers, as JSON, the way they go to whoever asked. Like the answer of a model it
 * never looks ahead and never throws: {@link #verdict} says how it ended. Not thread-safe.
 *
 * <p>A worker that dies leaves its question to another one, which begins the answer anew. Before the first chunk nobody
 * sees that; behind it the answer is broken off. Of an answer that is collected, the last turn of the model counts, as it
 * does where the model is asked here.
 */
public final class WorkerAnswer implements Iterator<@Nullable String> {

    /** Until a worker has taken the question; then whoever answers has timers of its own. */
    private static final Duration UNTIL_TAKEN = Duration.ofMinutes(1);

    private static final Duration UNTIL_THE_NEXT = Duration.ofMinutes(30);

    private final ChatCall call;
    private final EventQueue events;
    private final BiConsumer<String, Boolean> decided;
    private boolean started;
    private int delivery;
    private int turn;
    private boolean ended;
    private @Nullable CaravanException failure;

    /** @param decided gets the id of a call of a tool, and whether it was approved */
    WorkerAnswer(ChatCall call, EventQueue events, BiConsumer<String, Boolean> decided) {
        this.call = call;
        this.events = events;
        this.decided = decided;
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
            EventQueue.Sent sent = taken();
            if (sent.delivery() < delivery) {
                return null; // another worker has the question now
            }
            follow(sent);
            return relayed(Event.read(sent.json()));
        } catch (CaravanException e) {
            return end(e);
        }
    }

    private EventQueue.Sent taken() {
        return events.next(started ? UNTIL_THE_NEXT : UNTIL_TAKEN)
                .orElseThrow(() -> started
                        ? StreamException.interrupted("the worker sent nothing more", null)
                        : UnavailableException.inVain(
                                ErrorCode.OVERLOADED, "no worker has taken the question within a minute", null));
    }

    private void follow(EventQueue.Sent sent) {
        boolean anew = sent.delivery() > delivery;
        if (anew && delivery > 0 && call.progress().chunksOut() > 0) {
            throw StreamException.interrupted("the worker that answered is gone", null);
        }
        if (anew || sent.turn() > turn) {
            call.progress().forget();
        }
        delivery = sent.delivery();
        turn = sent.turn();
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
