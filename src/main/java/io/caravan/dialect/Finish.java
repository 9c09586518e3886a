package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.Usage;
import java.util.Optional;

/**
 * How an answer ended well.
 *
 * @param reason {@code stop}, {@code length}, {@code tool_calls} or {@code content_filter}, whatever the server called it
 * @param kept what the server wants back with this turn if the conversation goes on, under the name of the provider type:
 *     see {@link io.caravan.chat.Message#kept}
 */
public record Finish(String reason, Usage usage, Optional<JsonNode> kept) {

    public Finish(String reason, Usage usage) {
        this(reason, usage, Optional.empty());
    }
}
