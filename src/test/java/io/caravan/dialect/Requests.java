package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.chat.Options;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a model is asked. */
public final class Requests {

    private Requests() {}

    /** A request for a stream, which leaves open what is not given. */
    public static ChatRequest request(
            List<Message> messages, @Nullable String system, Options options, @Nullable JsonNode format) {
        return new ChatRequest(
                Optional.empty(),
                Optional.ofNullable(system),
                messages,
                options,
                Optional.ofNullable(format),
                Optional.empty(),
                Optional.empty(),
                true);
    }
}
