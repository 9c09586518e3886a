package io.caravan.store;

/** The database cannot be used now; the message says which and why, and never holds a password. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
