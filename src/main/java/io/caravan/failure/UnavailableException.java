package io.caravan.failure;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The model is away, busy or silent, and no chunk of its answer is out: another try may help. */
public final class UnavailableException extends CaravanException {

    private final @Nullable Duration retryAfter;
    private final boolean worthRepeating;
    private final boolean anotherServer;
    private final boolean overload;

    public UnavailableException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public UnavailableException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, null);
    }

    public UnavailableException(
            ErrorCode code, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        this(code, message, message, cause, retryAfter, true, false, false);
    }

    private UnavailableException(
            ErrorCode code,
            String message,
            String reason,
            @Nullable Throwable cause,
            @Nullable Duration retryAfter,
            boolean worthRepeating,
            boolean anotherServer,
            boolean overload) {
        super(code, message, reason, cause);
        this.retryAfter = retryAfter;
        this.worthRepeating = worthRepeating;
        this.anotherServer = anotherServer;
        this.overload = overload;
    }

    /** Asking the same server again now would be in vain: no time is left, its breaker is open, its connections taken. */
    public static UnavailableException inVain(ErrorCode code, String message, @Nullable Throwable cause) {
        return new UnavailableException(code, message, message, cause, null, false, false, false);
    }

    /** The provider takes no more for the moment, and whoever asks would wait too long for it. */
    public static UnavailableException limited(String message, Duration retryAfter) {
        return new UnavailableException(
                ErrorCode.RATE_LIMITED, message, message, null, retryAfter, false, false, false);
    }

    /** One server of several has failed, and another one is ready: the failure says nothing about the provider. */
    public static UnavailableException ofOneServer(CaravanException why) {
        ErrorCode code = why.code() == ErrorCode.STREAM_INTERRUPTED ? ErrorCode.PROVIDER_UNAVAILABLE : why.code();
        return new UnavailableException(
                code, String.valueOf(why.getMessage()), why.reason(), why, null, true, true, isOverload(why));
    }

    /**
     * The model's server says that it cannot answer now.
     *
     * @param reason the message without the server's words, for the log
     * @param overload whether it has too much to do at the moment
     */
    public static UnavailableException told(
            ErrorCode code, String message, String reason, Optional<Duration> retryAfter, boolean overload) {
        return new UnavailableException(code, message, reason, null, retryAfter.orElse(null), true, false, overload);
    }

    /** The model's server has said nothing for too long: it may be away, or have others to answer first. */
    public static UnavailableException silent(String message) {
        return new UnavailableException(ErrorCode.PROVIDER_TIMEOUT, message, message, null, null, true, false, true);
    }

    /** Whether a failure is that of a model's server which has, or may have, too much to do at the moment. */
    public static boolean isOverload(Throwable failure) {
        return failure instanceof UnavailableException unavailable && unavailable.overload;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether the same server may be asked again, after a while. */
    public boolean worthRepeating() {
        return worthRepeating;
    }

    /** Whether another server of the same provider is ready: it may be asked at once. */
    public boolean anotherServer() {
        return anotherServer;
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
