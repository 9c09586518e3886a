package io.caravan.camel;

import io.caravan.dialect.Dialect;
import java.util.Optional;

/**
 * Where a server lists its models. The path belongs to the endpoint, the query to each call as a header: an endpoint's
 * own would be mixed up with its options.
 */
record ModelListPath(String path, Optional<String> query) {

    /** Where the servers of this dialect list them; nowhere, if they do not. */
    static Optional<ModelListPath> of(Dialect dialect) {
        String[] parts = dialect.modelsPath().split("\\?", 2);
        return parts[0].isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new ModelListPath(parts[0], parts.length == 1 ? Optional.empty() : Optional.of(parts[1])));
    }
}
