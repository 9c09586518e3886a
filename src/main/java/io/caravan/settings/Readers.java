package io.caravan.settings;

/** Threads that take work from a queue: a quarter more than may be asked at the same time. */
final class Readers {

    private Readers() {}

    static int of(int consumers) {
        return consumers + (consumers + 3) / 4;
    }
}
