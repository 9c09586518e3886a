package io.caravan.failure;

import org.jspecify.annotations.Nullable;

/** A surprise: a defect of ours or of a flow. Its cause is for the log, not for the caller. */
public final class InternalException extends CaravanException {

    public InternalException(String message, @Nullable Throwable cause) {
        super(ErrorCode.INTERNAL, message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
