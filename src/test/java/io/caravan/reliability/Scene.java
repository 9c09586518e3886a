package io.caravan.reliability;

/** What happens in one row: what the servers do, what is asked, and what the caller must see. */
@FunctionalInterface
interface Scene {

    void play(Stage stage) throws Exception;
}
