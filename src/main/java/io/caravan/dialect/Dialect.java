package io.caravan.dialect;

import io.caravan.chat.ChatRequest;
import io.caravan.failure.CaravanException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One wire format of model servers. Stateless and thread-safe. */
public interface Dialect {

    /** The body of the HTTP request that asks {@code request} of {@code model}, always streamed: JSON in UTF-8. */
    byte[] encode(ChatRequest request, String model);

    /** Whether tools can be offered to these servers. Where not, those of a request are left out. */
    default boolean takesTools() {
        return true;
    }

    /**
     * The headers of each call that the wire format asks for, first among them the one that shows {@code apiKey}: an
     * {@code Authorization: Bearer} unless the dialect says otherwise.
     */
    default Map<String, String> headers(Optional<String> apiKey) {
        return apiKey.map(key -> Map.of("Authorization", "Bearer " + key)).orElse(Map.of());
    }

    /**
     * The answer in the body of a response with a 2xx status. Reads nothing yet.
     *
     * @param contentType of the response, or an empty text; decides between a stream and a single JSON body
     */
    Answer decode(InputStream body, String contentType);

    /**
     * What a response with a status other than 2xx means.
     *
     * @param headers of the response, names in lower case
     * @param body as far as it was read; JSON, text, or HTML of a proxy
     */
    CaravanException failure(int status, Map<String, String> headers, byte[] body);

    /**
     * Where the server lists its models, behind its URL: {@code /api/tags}; with a query where that takes one. Empty where
     * it has no list.
     */
    String modelsPath();

    /** The models in the server's own list, in its order. */
    List<String> models(InputStream body) throws IOException;

    /** What the model is called of a server that has only one, so that no request needs to name it. */
    default Optional<String> onlyModel() {
        return Optional.empty();
    }

    /** Whether the server understands {@code model} as the one its list calls {@code listed}. */
    default boolean means(String model, String listed) {
        return model.equals(listed);
    }
}
