package io.caravan.failure;

/** Whoever waited for the answer has cancelled or left. Nobody's fault: it counts against no model. */
public final class CancelledException extends CaravanException {

    private final boolean partial;

    public CancelledException(String message, boolean partial) {
        super(ErrorCode.CANCELLED, message, null);
        this.partial = partial;
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public boolean partial() {
        return partial;
    }
}
