package io.caravan.mcp;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a program writes last on its standard error, which is mostly why it ends. Thread-safe. */
final class LastWords {

    private static final int LONGEST = 200;

    /** The end of a program may be known before what it wrote has been read. */
    private static final long PATIENCE_MILLIS = 300;

    private final CountDownLatch any = new CountDownLatch(1);
    private volatile String line = "";

    void heard(String line) {
        if (!line.isBlank()) {
            this.line = line.strip();
            any.countDown();
        }
    }

    /** Them behind a colon, or nothing. */
    String told() {
        try {
            return any.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    ? ": " + line.substring(0, Math.min(line.length(), LONGEST))
                    : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
