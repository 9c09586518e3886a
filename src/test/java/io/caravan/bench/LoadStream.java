package io.caravan.bench;

/** One of the streams that the load keeps alive: the question it has out now. */
final class LoadStream {

    final int index;
    int attempt;
    long askedAt;
    int seen;
    boolean asking;
    boolean servedInTime;

    LoadStream(int index) {
        this.index = index;
    }

    void ask() {
        attempt++;
        seen = 0;
        asking = true;
        askedAt = System.nanoTime();
    }

    String requestId() {
        return index + "-" + attempt;
    }
}
