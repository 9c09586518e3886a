package io.caravan.chat;

import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One question on its way to its answer: what was asked, how far the answer is, and how to stop it.
 *
 * <p>{@link #stop}, {@link #cancel} and {@link #leave} may come from any thread; all else belongs to the thread that answers.
 */
public final class ChatCall {

    private static void nothing() {}

    private final String id;
    private ChatRequest request;
    private final boolean streamed;
    private final EventJson json;
    private final Progress progress = new Progress();

    private final AtomicReference<@Nullable CaravanException> stopped = new AtomicReference<>();
    private volatile Runnable whenStopped = ChatCall::nothing;
    private final CallEnd end = new CallEnd();
    private final AtomicReference<Runnable> whenOver = new AtomicReference<>(ChatCall::nothing);
    private final AtomicBoolean told = new AtomicBoolean();

    private final Set<String> callIds = new HashSet<>();
    private final Semaphore order = new Semaphore(1);
    private final Approvals approvals = new Approvals();
    private boolean inBackground;

    /** @param streamed whether each event is sent on as it comes; else the whole text is what is wanted */
    public ChatCall(String id, ChatRequest request, boolean streamed) {
        this.id = id;
        this.request = request;
        this.streamed = streamed;
        this.json = new EventJson(Optional.of(id));
    }

    public String id() {
        return id;
    }

    public ChatRequest request() {
        return request;
    }

    /** Asks this instead: a route has changed the question before it was admitted. */
    public void ask(ChatRequest changed) {
        request = changed;
    }

    /** The events of this request as JSON. */
    public EventJson json() {
        return json;
    }

    /** Nobody waits for the answer at this moment: the call gives way to others, and is never refused for want of a place. */
    public void giveWay() {
        inBackground = true;
    }

    /** Whether it gives way to others. */
    public boolean inBackground() {
        return inBackground;
    }

    // how it is stopped

    /** Ends the call for this reason; the first reason stands. */
    public void stop(CaravanException why) {
        if (stopped.compareAndSet(null, why)) {
            whenStopped.run();
        }
    }

    /** Whoever asked has cancelled or left. */
    public void cancel(String why) {
        stop(new CancelledException(why, false));
    }

    /** Whoever asked has left: the call is cancelled, and there is nobody to tell of its end. */
    public void leave() {
        told.set(true);
        cancel("the caller has left");
    }

    /** Why the call was stopped, if it was. */
    public Optional<CaravanException> stopped() {
        return Optional.ofNullable(stopped.get());
    }

    /** Goes on only if nobody has stopped the call. */
    public void checkStopped() {
        CaravanException why = stopped.get();
        if (why != null) {
            throw why;
        }
    }

    /** Runs the action when the call is stopped, or now if it was; it replaces the one before, and may run twice. */
    public void whenStopped(Runnable action) {
        whenStopped = action;
        if (stopped.get() != null) {
            action.run();
        }
    }

    /** Forgets the action: there is nothing left to stop. */
    public void nothingToStop() {
        whenStopped = ChatCall::nothing;
    }

    // how it ends

    /** Runs the action at the end of the call, the last added first; at once if it has ended. */
    public void atEnd(Runnable action) {
        end.then(action);
    }

    /** The call is over, well or with a failure; only the first word counts. */
    public void end(@Nullable Throwable why) {
        end.reach(why);
    }

    /** Whether its end is decided; the last event may still be on its way. */
    public boolean ended() {
        return end.reached();
    }

    /** Why the call failed, if it did; to be asked at its end. */
    public Optional<Throwable> failure() {
        return end.failure();
    }

    /** Runs the action, once, when the last event is out; it replaces the one before. */
    public void whenOver(Runnable action) {
        whenOver.set(action);
    }

    /** The last event is out. */
    public void over() {
        whenOver.getAndSet(ChatCall::nothing).run();
    }

    /** True the first time only: a caller is told of the end of a request once. */
    public boolean mayTellItsEnd() {
        return told.compareAndSet(false, true);
    }

    /** Who decides about calls of tools, and what. */
    public Approvals approvals() {
        return approvals;
    }

    // how far the answer is

    /** How far the answer is. */
    public Progress progress() {
        return progress;
    }

    /** The chunk with an id that no other call of this request has: some servers count anew in each turn. */
    public ChatEvent.Chunk distinct(ChatEvent.Chunk chunk) {
        if (!(chunk instanceof ChatEvent.ToolCall asked) || callIds.add(asked.callId())) {
            return chunk;
        }
        int number = 2;
        while (!callIds.add(asked.callId() + "_" + number)) {
            number++;
        }
        return new ChatEvent.ToolCall(asked.callId() + "_" + number, asked.name(), asked.arguments());
    }

    /** Takes note of a chunk. True if it is to be sent on now; false if it is only a part of the whole text. */
    public boolean takes(ChatEvent.Chunk chunk) {
        boolean text = chunk instanceof ChatEvent.Text || chunk instanceof ChatEvent.Thinking;
        boolean now = streamed && (request.stream() || !text);
        progress.came(chunk, now);
        return now;
    }

    /** The chunk that was handed out last, as JSON; a call of a tool that waits for approval can be decided from then on. */
    public String asJson(ChatEvent.Chunk chunk) {
        int index = progress.chunksOut() - 1;
        if (chunk instanceof ChatEvent.ToolCall tool && approvals.expects(tool)) {
            return json.awaiting(tool, index);
        }
        return json.chunk(chunk, index);
    }

    /**
     * The result of a tool that we have run, as JSON, from any thread. Other results of this request wait until it is out.
     *
     * @param whenOut gets what is to be run then; it bears being run twice
     */
    public String inOrder(ChatEvent.ToolResult result, Consumer<Runnable> whenOut) {
        order.acquireUninterruptibly();
        AtomicBoolean out = new AtomicBoolean();
        whenOut.accept(() -> {
            if (out.compareAndSet(false, true)) {
                order.release();
            }
        });
        progress.handsOutResult();
        return asJson(result);
    }

    /** The whole text as one chunk, where the caller wants a stream of one; not while the model asks for tools. */
    public Optional<ChatEvent.Text> lastChunk() {
        return streamed && !request.stream() && !asksForTools() ? Optional.of(progress.asOneChunk()) : Optional.empty();
    }

    /** Whether the model has asked for tools that it may use; not where its turn was cut short. */
    public boolean asksForTools() {
        return request.mayCallTools()
                && !request.tools().isEmpty()
                && !progress.toolCalls().isEmpty()
                && !progress.finishReason().equals("length");
    }

    /** Goes on with the conversation: what the model asked for has been done. */
    public void answerTools(List<ChatEvent.ToolResult> results) {
        List<Message> turns = new ArrayList<>();
        turns.add(Message.calling(said(), progress.toolCalls(), progress.kept()));
        results.forEach(result -> turns.add(Message.result(result)));
        request = request.followedBy(turns);
        progress.nextTurn();
    }

    private String said() {
        return streamed && request.stream() ? progress.handedOut() : progress.wholeText();
    }
}
