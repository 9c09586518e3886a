package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What pydantic says is wrong with a body, and with it every FastAPI server: a list of places and words. What was sent,
 * which it repeats, is left out.
 */
final class ValidationErrors {

    private ValidationErrors() {}

    /** {@code body.messages.0: Field required; ...}; empty where this is no such list. */
    static Optional<String> words(JsonNode errors) {
        boolean isList = errors.isArray() && !errors.isEmpty();
        if (!isList
                || !stream(errors)
                        .allMatch(error -> error.path("msg").isTextual()
                                && error.path("loc").isArray())) {
            return Optional.empty();
        }
        return Optional.of(stream(errors).map(ValidationErrors::one).collect(Collectors.joining("; ")));
    }

    private static String one(JsonNode error) {
        String place = stream(error.path("loc")).map(JsonNode::asText).collect(Collectors.joining("."));
        return place + ": " + error.path("msg").textValue();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
