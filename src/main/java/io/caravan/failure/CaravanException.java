package io.caravan.failure;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a code of the closed list. Its type says who acts and whether another try helps, so that a route can
 * decide by type alone ({@code onException}). Messages name where and which, and never hold a secret.
 */
public abstract sealed class CaravanException extends RuntimeException
        permits RejectedException, UnavailableException, StreamException, CancelledException, InternalException {

    private final ErrorCode code;
    private final String message;
    private final String reason;

    CaravanException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, message, cause);
    }

    CaravanException(ErrorCode code, String message, String reason, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.message = message;
        this.reason = reason;
    }

    /** What went wrong, as the caller sees it. */
    public ErrorCode code() {
        return code;
    }

    /** What went wrong, where and which, in one sentence for whoever reads it. */
    @Override
    public String getMessage() {
        return message;
    }

    /**
     * What went wrong, for the log: the message without the words of a model's server, which may quote the prompt. That of
     * the failure this one only passes on, where there is one.
     */
    public String reason() {
        return getCause() instanceof CaravanException passedOn ? passedOn.reason() : reason;
    }

    /** Whether the same request may succeed later. */
    public abstract boolean retryable();

    /** Whether another provider may well answer the same request: this one is away, or does not let us in. */
    public boolean othersMayAnswer() {
        return false;
    }

    /** How long the server asked to be left alone, where it did. */
    public Optional<Duration> retryAfter() {
        return Optional.empty();
    }

    /** Whether a part of the answer was already handed out. */
    public boolean partial() {
        return false;
    }
}
