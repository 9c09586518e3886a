package io.caravan.mcp.server;

import java.util.List;
import java.util.Optional;

/** The two shapes that the protocol has had over HTTP. */
enum Era {
    /** With a handshake, up to 2025-11-25. */
    HANDSHAKE,
    /** Each request says who sends it and what it can: from 2026-07-28 on. */
    STATELESS_REQUESTS;

    /** The one version of the stateless era. */
    static final String STATELESS = "2026-07-28";

    /** The versions with a handshake, the newest last. */
    static final List<String> WITH_HANDSHAKE = List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

    /** The last version in which several messages could come at once, which is also that of a client that names none. */
    private static final String BATCHES = "2025-03-26";

    /** The era of a request, by its header. */
    static Era of(Optional<String> version) {
        return version.isEmpty() || WITH_HANDSHAKE.contains(version.get()) ? HANDSHAKE : STATELESS_REQUESTS;
    }

    /** Whether a client of this version may send several messages at once. */
    static boolean takesBatches(Optional<String> version) {
        return version.isEmpty() || version.get().equals(BATCHES);
    }

    /** The version to speak with a client that asks for one in a handshake. */
    static String agreed(String asked) {
        return WITH_HANDSHAKE.contains(asked) ? asked : WITH_HANDSHAKE.get(WITH_HANDSHAKE.size() - 1);
    }
}
