package io.caravan.batch;

/** Why a line has no answer: a code of the contract, or {@code batch_expired}, {@code batch_cancelled}. */
public record LineError(String code, String message) {

    /** The batch took longer than it may. */
    public static final LineError EXPIRED =
            new LineError("batch_expired", "This request could not be executed before the batch expired.");

    /** Somebody ended the batch. */
    public static final LineError CANCELLED =
            new LineError("batch_cancelled", "This request was not executed: the batch was cancelled.");
}
