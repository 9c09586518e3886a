package io.caravan.camel.tool;

import io.caravan.failure.CaravanException;
import org.apache.camel.util.URISupport;

/** Why a route failed, in one line for a model: without a stack, and without the secrets that addresses may hold. */
final class Reasons {

    private static final int LONGEST = 300;

    private Reasons() {}

    static String of(Throwable failure) {
        Throwable root = failure;
        while (!(root instanceof CaravanException) && root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null
                ? ""
                : root.getMessage().strip().lines().findFirst().orElse("");
        String reason =
                URISupport.sanitizeUri(message.isEmpty() ? root.getClass().getSimpleName() : message);
        return "The tool failed: " + (reason.length() > LONGEST ? reason.substring(0, LONGEST) + " ..." : reason);
    }
}
