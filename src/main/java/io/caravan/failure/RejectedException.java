package io.caravan.failure;

/** The request is wrong, or the model's server will not have it: another try changes nothing. */
public final class RejectedException extends CaravanException {

    private final boolean othersMayAnswer;
    private final boolean refusesTools;

    public RejectedException(ErrorCode code, String message) {
        this(code, message, message);
    }

    /** @param reason the message without the words of a model's server, for the log */
    public RejectedException(ErrorCode code, String message, String reason) {
        this(code, message, reason, false, false);
    }

    private RejectedException(
            ErrorCode code, String message, String reason, boolean othersMayAnswer, boolean refusesTools) {
        super(code, message, reason, null);
        this.othersMayAnswer = othersMayAnswer;
        this.refusesTools = refusesTools;
    }

    /**
     * The model's server does not serve us: the key is wrong, the credit is spent, the address is another's. It is not the
     * request that is wrong.
     */
    public static RejectedException unserved(String message, String reason) {
        return new RejectedException(ErrorCode.PROVIDER_REJECTED, message, reason, true, false);
    }

    /** The model cannot use tools, and some were offered: the same request without them may be answered. */
    public static RejectedException toolsUnsupported(String message, String reason) {
        return new RejectedException(ErrorCode.INVALID_REQUEST, message, reason, false, true);
    }

    /** A request that breaks the contract; the message names the field. */
    public static RejectedException invalid(String message) {
        return new RejectedException(ErrorCode.INVALID_REQUEST, message);
    }

    /** A call of a tool that is not run, or ends without a result; the message is for the model. */
    public static RejectedException toolFailed(String why) {
        return new RejectedException(ErrorCode.TOOL_FAILED, why);
    }

    /** Whether it is the tools of the request that are refused, and nothing else. */
    public boolean refusesTools() {
        return refusesTools;
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
