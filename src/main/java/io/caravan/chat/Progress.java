package io.caravan.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How far the answer to a question is: who was asked, how often, and what came of it. Belongs to the thread that
 * answers.
 */
public final class Progress {

    /** In characters. A longer answer is not remembered, and so not resumed. */
    private static final int LONGEST_REMEMBERED = 1 << 20;

    private final long acceptedAt = System.nanoTime();

    private String provider = "";
    private String model = "";
    private int attempts;
    private int tries;
    private final List<String> failedAttempts = new ArrayList<>();

    private int chunksIn;
    private int chunksOut;
    private int turn;
    private int outBeforeTurn;
    private boolean toolsOut;
    private final List<ChatEvent.ToolCall> toolCalls = new ArrayList<>();
    private long firstChunkAt;
    private final StringBuilder collected = new StringBuilder();
    private final StringBuilder handedOut = new StringBuilder();
    private boolean remembers;
    private String brokeOff = "";
    private int brokeOffAt = -1;
    private boolean resumed;

    private String finishReason = "";
    private Usage usage = Usage.UNKNOWN;
    private Usage usageOfTurn = Usage.UNKNOWN;
    private Optional<JsonNode> kept = Optional.empty();

    Progress() {}

    // who is asked

    /** This provider and model will be asked. */
    public void chosen(String provider, String model) {
        this.provider = provider;
        this.model = model;
        tries = 0;
    }

    /** Another call to the provider begins; what was collected of the one before is void. */
    public void attempted() {
        attempts++;
        tries++;
        forget();
    }

    /** What was collected so far is void. */
    public void forget() {
        collected.setLength(0);
        toolCalls.clear();
    }

    /** Somebody else has answered, with so many calls to providers. */
    public void attempted(int times) {
        attempts += times;
    }

    /** The call to the provider failed, for this reason in short. */
    public void attemptFailed(String why) {
        failedAttempts.add(provider + " " + why);
    }

    public String provider() {
        return provider;
    }

    public String model() {
        return model;
    }

    /** Calls to all providers so far. */
    public int attempts() {
        return attempts;
    }

    /** Calls to this provider so far. */
    public int tries() {
        return tries;
    }

    /** What failed before, oldest first: provider and reason. */
    public List<String> failedAttempts() {
        return List.copyOf(failedAttempts);
    }

    /** The model has its next turn: its tools are answered. */
    void nextTurn() {
        turn++;
        tries = 0;
        outBeforeTurn = chunksOut;
        toolCalls.clear();
        handedOut.setLength(0);
        finishReason = "";
    }

    /** The model's turn, from 0; the next begins where its tools are answered. */
    public int turn() {
        return turn;
    }

    // what comes

    /** Keeps the text that is handed out from now on, so that a broken answer can be resumed. */
    public void remember() {
        remembers = true;
    }

    /** Takes note of a chunk, and of whether it is handed out at once. */
    void came(ChatEvent.Chunk chunk, boolean handOut) {
        chunksIn++;
        if (firstChunkAt == 0) {
            firstChunkAt = System.nanoTime();
        }
        if (chunk instanceof ChatEvent.ToolCall call) {
            toolCalls.add(call);
        } else if (chunk instanceof ChatEvent.ToolResult result) {
            toolCalls.removeIf(call -> call.callId().equals(result.callId()));
        }
        if (handOut) {
            chunksOut++;
            toolsOut |= !(chunk instanceof ChatEvent.Text || chunk instanceof ChatEvent.Thinking);
            keep(chunk);
        } else if (chunk instanceof ChatEvent.Text text) {
            collected.append(text.data());
        }
    }

    /** The result of a tool that was run here is handed out. */
    void handsOutResult() {
        chunksOut++;
        toolsOut = true;
    }

    private void keep(ChatEvent.Chunk chunk) {
        if (remembers && chunk instanceof ChatEvent.Text text) {
            handedOut.append(text.data());
            if (handedOut.length() > LONGEST_REMEMBERED) {
                remembers = false;
                handedOut.setLength(0);
                handedOut.trimToSize();
            }
        }
    }

    /** The whole text as one chunk that is handed out now. */
    ChatEvent.Text asOneChunk() {
        chunksOut++;
        return new ChatEvent.Text(collected.toString());
    }

    /** Whether what was handed out is text that a model could go on with. */
    public boolean resumable() {
        return remembers && !toolsOut && !handedOut.toString().isBlank();
    }

    /** The text that was handed out, where it was {@linkplain #remember() remembered}. */
    public String handedOut() {
        return handedOut.toString();
    }

    /** Takes note that the answer broke off; tells why it did, and why it could not be gone on with. */
    public String brokeOff(String why) {
        if (chunksOut == brokeOffAt) {
            return brokeOff + "; it could not be resumed: " + why;
        }
        brokeOff = why;
        brokeOffAt = chunksOut;
        return why;
    }

    /** The rest of a broken answer is coming. */
    public void resumed() {
        resumed = true;
    }

    /** Chunks that came from the model, over all attempts. */
    public int chunksIn() {
        return chunksIn;
    }

    /** Chunks that were handed out. */
    public int chunksOut() {
        return chunksOut;
    }

    /** Chunks that were handed out in this turn of the model; a turn ends where its tools are answered. */
    public int outInTurn() {
        return chunksOut - outBeforeTurn;
    }

    /** The tools the model asks for in this turn, in order, without those whose result came with them. */
    public List<ChatEvent.ToolCall> toolCalls() {
        return List.copyOf(toolCalls);
    }

    /** The text of the answer, where it was to be collected. */
    public String wholeText() {
        return collected.toString();
    }

    /** From the question's arrival to the first chunk in nanoseconds; 0 while there is none. */
    public long firstChunkNanos() {
        return firstChunkAt == 0 ? 0 : firstChunkAt - acceptedAt;
    }

    /** From the question's arrival to now in nanoseconds. */
    public long elapsedNanos() {
        return System.nanoTime() - acceptedAt;
    }

    // how it ends

    /**
     * The turn is whole.
     *
     * @param kept what its server wants back with it
     */
    public void finished(String reason, Usage usage, Optional<JsonNode> kept) {
        this.finishReason = reason;
        this.usageOfTurn = usage;
        this.usage = this.usage.plus(usage);
        this.kept = kept;
    }

    Optional<JsonNode> kept() {
        return kept;
    }

    /** What the last turn took; {@link #usage} is the sum of all. */
    public Usage usageOfTurn() {
        return usageOfTurn;
    }

    public String finishReason() {
        return finishReason;
    }

    public Usage usage() {
        return usage;
    }

    /** The event that says the answer is whole. */
    public ChatEvent.Completed completed() {
        return new ChatEvent.Completed(
                provider,
                model,
                finishReason,
                usage,
                TimeUnit.NANOSECONDS.toMillis(firstChunkNanos()),
                TimeUnit.NANOSECONDS.toMillis(elapsedNanos()),
                attempts,
                resumed);
    }
}
