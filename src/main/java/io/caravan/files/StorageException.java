package io.caravan.files;

/** A folder of the work dir cannot be written: nobody's prompt is at fault, and asking again at once would be in vain. */
public final class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StorageException(String message, Throwable cause) {
        super(message + " (" + cause.getMessage() + ")", cause);
    }
}
