package io.caravan.reliability;

import java.io.IOException;

/** What a fault server does with one question. An exception means that the caller has left. */
@FunctionalInterface
interface Act {

    void play(Asked asked, Line line) throws IOException;
}
