package io.caravan.limit;

/**
 * So much a minute, evenly spread; what was not used in the last seconds may be used at once. What is taken beyond that
 * is a debt, and nothing more may be taken until it is paid. Not thread-safe.
 */
final class Budget {

    private static final long MINUTE = 60_000_000_000L;
    private static final long SAVED = MINUTE / 12;

    private final int perMinute;
    private final double nanosEach;
    private final long saved;
    private long paidAt;

    Budget(int perMinute, long now) {
        this.perMinute = perMinute;
        nanosEach = (double) MINUTE / perMinute;
        saved = (long) Math.max(0, SAVED - nanosEach);
        paidAt = now;
    }

    int perMinute() {
        return perMinute;
    }

    /** How long until more may be taken, if {@code before} is taken first. */
    long nanosUntilFree(long before, long now) {
        long paid = before == 0 ? paidAt : after(before, now);
        return Math.max(0, paid - saved - now);
    }

    void take(long amount, long now) {
        paidAt = after(amount, now);
    }

    /** Something of what was taken was not used. */
    void giveBack(long amount) {
        paidAt -= (long) (amount * nanosEach);
    }

    private long after(long amount, long now) {
        return (paidAt - now > 0 ? paidAt : now) + (long) (amount * nanosEach);
    }
}
