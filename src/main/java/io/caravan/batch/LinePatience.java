package io.caravan.batch;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import io.caravan.limit.GrowingPause;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides when a line is asked again whose model has failed. While the model is away or busy that goes on as long as the
 * batch, so that no outage costs a line; but a line that fails again and again while its neighbours are answered, or whose
 * answers always break off, has only itself to blame.
 */
public final class LinePatience {

    /** So often a line may fail while others are answered. */
    static final int MOST_ALONE = 20;

    /** So often the answer to a line may break off. */
    static final int MOST_BROKEN = 30;

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final GrowingPause GROWING = new GrowingPause(Duration.ofSeconds(1), LONGEST);

    private LinePatience() {}

    /** Whether the model has taken the line on, and not brought it to its end. */
    public static boolean broken(CaravanException why) {
        return why instanceof StreamException || why.code() == ErrorCode.PROVIDER_TIMEOUT;
    }

    /**
     * How long it is left alone before; never, where it would be in vain.
     *
     * @param rounds how often it was asked in vain
     * @param alone how often of these others were answered
     * @param broken how often of these its answer broke off
     */
    public static Optional<Duration> pause(CaravanException why, int rounds, int alone, int broken) {
        boolean again = (why instanceof UnavailableException || why instanceof StreamException)
                && alone < MOST_ALONE
                && broken < MOST_BROKEN;
        return again ? Optional.of(GROWING.after(rounds - 1, why, LONGEST)) : Optional.empty();
    }
}
