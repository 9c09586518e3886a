package io.caravan.camel.tool;

import io.caravan.failure.CaravanException;
import java.util.Optional;
import org.apache.camel.util.URISupport;

/** Why a route failed, in one line for a model: without a stack, and without the secrets that addresses may hold. */
final class Reasons {

    private static final int LONGEST = 300;

    private Reasons() {}

    static String of(Throwable failure) {
        String message = failure.getClass().getSimpleName();
        for (Throwable at = failure; at != null; at = at.getCause()) {
            message = firstLine(at).orElse(message);
            if (at instanceof CaravanException) {
                break;
            }
        }
        String reason = URISupport.sanitizeUri(message);
        return "The tool failed: " + (reason.length() > LONGEST ? reason.substring(0, LONGEST) + " ..." : reason);
    }

    private static Optional<String> firstLine(Throwable failure) {
        return Optional.ofNullable(failure.getMessage())
                .flatMap(message -> message.strip().lines().findFirst());
    }
}
