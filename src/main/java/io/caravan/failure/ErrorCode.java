package io.caravan.failure;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The closed list of error codes a caller may see, each with the HTTP status that goes with it. */
public enum ErrorCode {
    INVALID_REQUEST(400),
    UNAUTHORIZED(401),
    MODEL_NOT_FOUND(404),
    RATE_LIMITED(429),
    CANCELLED(499),
    INTERNAL(500),
    TOOL_FAILED(502),
    PROVIDER_REJECTED(502),
    PROVIDER_PROTOCOL(502),
    STREAM_INTERRUPTED(502),
    PROVIDER_UNAVAILABLE(503),
    OVERLOADED(503),
    PROVIDER_TIMEOUT(504);

    private final int status;
    private final String wireName = name().toLowerCase(Locale.ROOT);

    ErrorCode(int status) {
        this.status = status;
    }

    /** The code of this name in JSON. */
    public static Optional<ErrorCode> of(String wireName) {
        return Stream.of(values())
                .filter(code -> code.wireName.equals(wireName))
                .findFirst();
    }

    /** The HTTP status that goes with this code. */
    public int status() {
        return status;
    }

    /** Whether there was no room: whoever waits has its turn, and it says nothing about the request. */
    public boolean meansFull() {
        return this == RATE_LIMITED || this == OVERLOADED;
    }

    /** The code as it is written in JSON: {@code provider_unavailable}. */
    public String wireName() {
        return wireName;
    }

    /** Likewise, so that a route may write {@code ${exception.code}}. */
    @Override
    public String toString() {
        return wireName;
    }
}
