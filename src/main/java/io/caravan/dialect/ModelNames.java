package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/** The names in a server's list of models. */
public final class ModelNames {

    private ModelNames() {}

    /** In the order of the list, which may be null where there are no models. */
    public static List<String> in(JsonNode models, String field) throws IOException {
        return in(models, field, any -> true);
    }

    /** Those of the list that count. */
    public static List<String> in(JsonNode models, String field, Predicate<JsonNode> counts) throws IOException {
        if (!models.isArray() && !models.isNull()) {
            throw new IOException("the answer holds no list of models");
        }
        return StreamSupport.stream(models.spliterator(), false)
                .filter(counts)
                .map(model -> model.path(field).asText(""))
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
