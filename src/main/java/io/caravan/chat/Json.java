package io.caravan.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * JSON as it comes from outside: no field twice, and nothing behind its end. Its buffers come from a pool that does not
 * depend on the thread, since each request has a virtual thread of its own.
 */
public final class Json {

    public static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** What is wrong and where, without a word of the text itself: it may hold a prompt. */
    public static String problem(JsonProcessingException e) {
        return e.getLocation() == null
                ? "it cannot be read"
                : "line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }
}
