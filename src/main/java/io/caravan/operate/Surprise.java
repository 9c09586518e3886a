package io.caravan.operate;

import org.jspecify.annotations.Nullable;

/** What was thrown and where, for the log, without its message: that of a conversion, say, quotes what it converts. */
final class Surprise extends Throwable {

    private static final long serialVersionUID = 1;

    Surprise(Throwable thrown) {
        super(thrown.getClass().getName(), cause(thrown), false, true);
        setStackTrace(thrown.getStackTrace());
    }

    private static @Nullable Throwable cause(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause == null || cause == thrown ? null : new Surprise(cause);
    }
}
