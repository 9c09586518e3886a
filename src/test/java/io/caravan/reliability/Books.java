package io.caravan.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;

/** What callers began and how it ended, as far as they saw it. Thread-safe. */
final class Books {

    final AtomicInteger started = new AtomicInteger();
    final AtomicInteger completed = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    /** Whoever leaves does not see how it ends. */
    final AtomicInteger left = new AtomicInteger();

    /** Cancels that came when the answer was whole, but before its last event was out. */

    /** All that was begun has come to an end. */
    void assertBalanced(int requests) {
        assertThat(started).hasValue(requests);
        assertThat(completed.get() + failed.get() + cancelled.get() + left.get())
                .as("ends of %s", this)
                .isEqualTo(requests);
    }

    /** The program's own figures are those the callers saw, but for the ends of those who left. */
    void assertAgreesWith(double asCompleted, double asFailed, double asCancelled) {
        double[] unseen = {asCompleted - completed.get(), asFailed - failed.get(), asCancelled - cancelled.get()};
        for (double ends : unseen) {
            assertThat(ends).as("ends the callers of %s did not see", this).isNotNegative();
        }
        assertThat(unseen[0] + unseen[1] + unseen[2]).isEqualTo(left.get());
    }

    @Override
    public String toString() {
        return started + " started = " + completed + " completed + " + failed + " failed + " + cancelled
                + " cancelled + " + left + " whose caller left";
    }
}
