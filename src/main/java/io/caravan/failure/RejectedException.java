package io.caravan.failure;

/** The request is wrong, or the model's server will not have it: another try changes nothing. */
public final class RejectedException extends CaravanException {

    private final boolean othersMayAnswer;

    public RejectedException(ErrorCode code, String message) {
        this(code, message, message);
    }

    /** @param reason the message without the words of a model's server, for the log */
    public RejectedException(ErrorCode code, String message, String reason) {
        this(code, message, reason, false);
    }

    private RejectedException(ErrorCode code, String message, String reason, boolean othersMayAnswer) {
        super(code, message, reason, null);
        this.othersMayAnswer = othersMayAnswer;
    }

    /**
     * The model's server does not serve us: the key is wrong, the credit is spent, the address is another's. It is not the
     * request that is wrong.
     */
    public static RejectedException unserved(String message, String reason) {
        return new RejectedException(ErrorCode.PROVIDER_REJECTED, message, reason, true);
    }

    /** A request that breaks the contract; the message names the field. */
    public static RejectedException invalid(String message) {
        return new RejectedException(ErrorCode.INVALID_REQUEST, message);
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public boolean othersMayAnswer() {
        return othersMayAnswer;
    }
}
