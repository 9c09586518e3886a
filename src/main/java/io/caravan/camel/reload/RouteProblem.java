package io.caravan.camel.reload;

import java.nio.file.Path;

/**
 * Why a route file, or a folder of them, is not taken as it is.
 *
 * @param file the file
 * @param line the line, counted from 1; 0 where it is not known
 * @param cause what is wrong, in one line
 */
public record RouteProblem(Path file, int line, String cause) {

    /** File, line and cause in one line: {@code routes/tickets.camel.yaml:7: ...}. */
    public String message() {
        return line > 0 ? file + ":" + line + ": " + cause : file + ": " + cause;
    }
}
