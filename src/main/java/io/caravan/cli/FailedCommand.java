package io.caravan.cli;

import picocli.CommandLine.ExitCode;

/** A command could not do what it was asked to; the message is the one line to print. */
final class FailedCommand extends Exception {

    private static final long serialVersionUID = 1;

    private final int exitCode;

    FailedCommand(String message) {
        this(message, ExitCode.SOFTWARE);
    }

    private FailedCommand(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** It could not even be understood what it was asked to. */
    static FailedCommand wrongUsage(String message) {
        return new FailedCommand(message, ExitCode.USAGE);
    }

    int exitCode() {
        return exitCode;
    }
}
