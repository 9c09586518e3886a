package io.caravan.packaged;

import io.caravan.demo.ScriptedModel;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits for calls of a model: what a test that kills goes by, rather than a time. */
final class Calls {

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private Calls() {}

    /** How often it was asked. */
    static int of(ScriptedModel model) {
        return model.received("/api/chat");
    }

    /** Returns when it was asked so many times in all. */
    static void await(ScriptedModel model, int calls) {
        org.awaitility.Awaitility.await()
                .atMost(LONGEST)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> of(model) >= calls);
    }

    /** Returns when it was asked some times more: from so many to so many. */
    static void awaitSome(ScriptedModel model, int least, int most) {
        await(model, of(model) + ThreadLocalRandom.current().nextInt(least, most + 1));
    }

    /** Returns when it has not been asked for two seconds, and answers nobody. */
    static void awaitNoMore(ScriptedModel model) {
        int[] before = {-1};
        org.awaitility.Awaitility.await()
                .atMost(LONGEST)
                .pollInterval(Duration.ofMillis(500))
                .during(Duration.ofSeconds(2))
                .until(() -> {
                    boolean same = before[0] == of(model);
                    before[0] = of(model);
                    return same && model.inFlight() == 0;
                });
    }
}
