package io.caravan.failure;

/** The request is wrong, or the model's server will not have it: another try changes nothing. */
public final class RejectedException extends CaravanException {

    public RejectedException(ErrorCode code, String message) {
        super(code, message, null);
    }

    /** @param reason the message without the words of a model's server, for the log */
    public RejectedException(ErrorCode code, String message, String reason) {
        super(code, message, reason, null);
    }

    /** A request that breaks the contract; the message names the field. */
    public static RejectedException invalid(String message) {
        return new RejectedException(ErrorCode.INVALID_REQUEST, message);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
