package io.caravan.failure;

import org.jspecify.annotations.Nullable;

/** Finds what a caller is told in whatever was thrown. */
public final class Failures {

    private Failures() {}

    /** The failure of ours within {@code thrown}, however deep it was wrapped; a surprise if there is none. */
    public static CaravanException of(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        while (cause != null) {
            if (cause instanceof CaravanException ours) {
                return ours;
            }
            cause = cause.getCause() == cause ? null : cause.getCause();
        }
        String what = thrown == null ? "nothing was thrown" : thrown.getClass().getSimpleName();
        return new InternalException("something went wrong inside Caravan (" + what + "); its log says more", thrown);
    }
}
