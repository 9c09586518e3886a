package io.caravan.failure;

import org.jspecify.annotations.Nullable;

/**
 * A failure with a code of the closed list. Its type says who acts and whether another try helps, so that a route can
 * decide by type alone ({@code onException}). Messages name where and which, and never hold a secret.
 */
public abstract sealed class CaravanException extends RuntimeException
        permits RejectedException, UnavailableException, StreamException, CancelledException, InternalException {

    private final ErrorCode code;
    private final String message;

    CaravanException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.message = message;
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

    /** Whether the same request may succeed later. */
    public abstract boolean retryable();

    /** Whether a part of the answer was already handed out. */
    public boolean partial() {
        return false;
    }
}
