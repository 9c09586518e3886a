package io.caravan.cli;

/** A command could not do what it was asked to; the message is the one line to print. */
final class FailedCommand extends Exception {

    private static final long serialVersionUID = 1;

    FailedCommand(String message) {
        super(message);
    }
}
