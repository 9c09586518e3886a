package io.caravan.operate;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.Failures;
import io.caravan.failure.InternalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes down every request at its end: one line in the log, and the metrics. Never a prompt, an answer or a key. */
public final class Journal {

    private static final Logger LOG = LoggerFactory.getLogger("caravan.request");

    private static final Logger TOOLS = LoggerFactory.getLogger("caravan.tool");

    private final ChatMetrics metrics;

    public Journal(ChatMetrics metrics) {
        this.metrics = metrics;
    }

    /** The call has begun; its end will be written down. */
    public void opened(ChatCall call, String door) {
        call.atEnd(() -> ended(call, door));
    }

    /** A call to a provider begins. */
    public void attempted(ChatCall call) {
        metrics.attempted(call.progress().provider());
    }

    /** A call to a provider failed; the request itself may still be answered. */
    public void attemptFailed(ChatCall call, CaravanException failure) {
        attemptFailed(call, failure.code().wireName(), failure.reason());
    }

    /** A call to a provider was not made, for its breaker is open. */
    public void leftAlone(ChatCall call) {
        attemptFailed(call, "breaker_open", "");
    }

    /** A call to a provider was not made, for it takes no more. */
    public void limited(ChatCall call, CaravanException refusal) {
        note(call, refusal.code().wireName(), refusal.reason());
    }

    private void attemptFailed(ChatCall call, String why, String reason) {
        note(call, why, reason);
        metrics.attemptFailed(call.progress().provider(), why);
    }

    private static void note(ChatCall call, String why, String reason) {
        call.progress().attemptFailed(reason.isEmpty() ? why : why + ": " + reason);
    }

    /** Another provider takes over from the one that was asked. */
    public void fellBack(ChatCall call, String next) {
        metrics.fellBack(call.progress().provider(), next);
    }

    /** A call of a tool is over. Neither its arguments nor its result are written down. */
    public void toolRan(ChatCall call, String tool, String source, String error, Duration time) {
        toolRan(call.id(), tool, source, error, time);
    }

    /** The same, for a call that belongs to no chat. */
    public void toolRan(String requestId, String tool, String source, String error, Duration time) {
        // A name that no tool has is the model's own word: it would make up series without end.
        metrics.toolRan(source.isEmpty() ? "unknown" : tool, source, error, time);
        LoggingEventBuilder line = TOOLS.atInfo()
                .addKeyValue("request_id", printable(requestId))
                .addKeyValue("tool", printable(tool))
                .addKeyValue("source", source)
                .addKeyValue("total_ms", time.toMillis());
        (error.isEmpty() ? line : line.addKeyValue("error", error)).log(error.isEmpty() ? "tool ran" : "tool failed");
    }

    /** The model may use no more tools for this request. */
    public void toolsSpent(ChatCall call, String limit) {
        TOOLS.atWarn()
                .addKeyValue("request_id", printable(call.id()))
                .addKeyValue("limit", limit)
                .log("no further tools");
    }

    /** Something went wrong before there was a call, or without one. */
    public void surprised(String door, InternalException surprise) {
        LOG.atError().addKeyValue("door", door).setCause(new Surprise(surprise)).log("failed");
    }

    private void ended(ChatCall call, String door) {
        Optional<CaravanException> failure = call.failure().map(Failures::of);
        metrics.ended(call, failure);
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("request_id", printable(call.id()))
                .addKeyValue("door", door)
                .addKeyValue("provider", call.progress().provider())
                .addKeyValue("model", printable(call.progress().model()));
        if (failure.isPresent()) {
            line = line.addKeyValue("error", failure.get().code().wireName())
                    .addKeyValue("reason", printable(failure.get().reason()));
            InternalException surprise = surprise(failure.get());
            if (surprise != null) {
                line = line.setCause(new Surprise(surprise));
            }
        } else {
            line = line.addKeyValue("finish_reason", call.progress().finishReason())
                    .addKeyValue("prompt_tokens", call.progress().usage().promptTokens())
                    .addKeyValue("completion_tokens", call.progress().usage().completionTokens());
        }
        List<String> failedAttempts = call.progress().failedAttempts();
        if (!failedAttempts.isEmpty()) {
            line = line.addKeyValue("failed_attempts", printable(counted(failedAttempts)));
        }
        line.addKeyValue("chunks", call.progress().chunksIn())
                .addKeyValue(
                        "first_chunk_ms",
                        TimeUnit.NANOSECONDS.toMillis(call.progress().firstChunkNanos()))
                .addKeyValue(
                        "total_ms",
                        TimeUnit.NANOSECONDS.toMillis(call.progress().elapsedNanos()))
                .addKeyValue("attempts", call.progress().attempts())
                .log(failure.isPresent() ? "failed" : "answered");
    }

    /** A failure behind the first chunk is told as an answer that broke off, and has the surprise as its cause. */
    private static @Nullable InternalException surprise(CaravanException failure) {
        if (failure instanceof InternalException surprise) {
            return surprise;
        }
        return failure.getCause() instanceof InternalException cause ? cause : null;
    }

    /** What failed in the same way several times in a row is named once. */
    private static String counted(List<String> failedAttempts) {
        List<String> told = new ArrayList<>();
        for (int first = 0, next; first < failedAttempts.size(); first = next) {
            String one = failedAttempts.get(first);
            next = first + 1;
            while (next < failedAttempts.size() && failedAttempts.get(next).equals(one)) {
                next++;
            }
            told.add(next - first == 1 ? one : one + " (" + (next - first) + " times)");
        }
        return String.join("; ", told);
    }

    /** Without line ends and other control characters: what a caller sends must not look like a line of ours. */
    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return clean.toString();
    }
}
