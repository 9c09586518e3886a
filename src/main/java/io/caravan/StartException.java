package io.caravan;

/** Why the program could not start, in one line. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Says what is at the bottom of it; a port that is taken says it best itself. */
    static StartException of(Exception failure) {
        String message = failure.getMessage();
        return new StartException(
                message != null && message.startsWith("Cannot listen")
                        ? message
                        : String.valueOf(bottom(failure).getMessage()),
                failure);
    }

    private static Throwable bottom(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }
}
