package io.caravan.reliability;

import java.io.IOException;

/** Ends an answer that is not whole. */
@FunctionalInterface
interface Cutting {

    void on(Line line) throws IOException;
}
