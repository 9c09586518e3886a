package io.caravan.failure;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The model is away, busy or silent, and no chunk of its answer is out: another try may help. */
public final class UnavailableException extends CaravanException {

    private final @Nullable Duration retryAfter;

    public UnavailableException(ErrorCode code, String message) {
        this(code, message, null, null);
    }

    public UnavailableException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, null);
    }

    public UnavailableException(
            ErrorCode code, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(code, message, cause);
        this.retryAfter = retryAfter;
    }

    /** How long the server asked to be left alone, where it did. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
