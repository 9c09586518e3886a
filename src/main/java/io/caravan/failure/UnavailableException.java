package io.caravan.failure;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The model is away, busy or silent, and no chunk of its answer is out: another try may help. */
public final class UnavailableException extends CaravanException {

    private final @Nullable Duration retryAfter;
    private final boolean worthRepeating;

    public UnavailableException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public UnavailableException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, null);
    }

    public UnavailableException(
            ErrorCode code, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        this(code, message, message, cause, retryAfter, true);
    }

    private UnavailableException(
            ErrorCode code,
            String message,
            String reason,
            @Nullable Throwable cause,
            @Nullable Duration retryAfter,
            boolean worthRepeating) {
        super(code, message, reason, cause);
        this.retryAfter = retryAfter;
        this.worthRepeating = worthRepeating;
    }

    /** Asking the same server again now would be in vain: no time is left, its breaker is open, its connections taken. */
    public static UnavailableException inVain(ErrorCode code, String message, @Nullable Throwable cause) {
        return new UnavailableException(code, message, message, cause, null, false);
    }

    /**
     * The model's server says that it cannot answer now.
     *
     * @param reason the message without the server's words, for the log
     */
    public static UnavailableException told(
            ErrorCode code, String message, String reason, Optional<Duration> retryAfter) {
        return new UnavailableException(code, message, reason, null, retryAfter.orElse(null), true);
    }

    /** How long the server asked to be left alone, where it did. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether the same server may be asked again, after a while. */
    public boolean worthRepeating() {
        return worthRepeating;
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public boolean othersMayAnswer() {
        return true;
    }
}
