package io.caravan.failure;

import org.jspecify.annotations.Nullable;

/** The answer broke off or broke the protocol. With {@code partial} what was handed out before stands, and is all. */
public final class StreamException extends CaravanException {

    private final boolean partial;

    public StreamException(ErrorCode code, String message, boolean partial, @Nullable Throwable cause) {
        super(code, message, cause);
        this.partial = partial;
    }

    /** Bytes that are not the protocol of the model's server; the message says where and which. */
    public static StreamException protocol(String message, @Nullable Throwable cause) {
        return new StreamException(ErrorCode.PROVIDER_PROTOCOL, message, false, cause);
    }

    /** An answer that ended before its end. */
    public static StreamException interrupted(String message, @Nullable Throwable cause) {
        return new StreamException(ErrorCode.STREAM_INTERRUPTED, message, false, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public boolean othersMayAnswer() {
        return !partial;
    }

    @Override
    public boolean partial() {
        return partial;
    }
}
