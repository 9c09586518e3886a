package io.caravan.reliability;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** For each question another of the catalogue's faults, the quick ones more often; and an answer for every third. */
final class RandomFault implements Act {

    private static final List<Act> RARE = List.of(
            Acts.silence(), Acts.onlyHeaders(), Acts.stall(0), Acts.stall(20), Acts.late(Duration.ofMillis(200)));
    private static final List<Act> FREQUENT = List.of(
            Acts.status(429),
            Acts.status(429, "Retry-After: 0.05"),
            Acts.status(429, "Retry-After: 0.2"),
            Acts.status(500),
            Acts.status(503),
            Acts.status(400),
            Acts.status(401),
            Acts.error(429, "{\"error\":{\"message\":\"no more\",\"code\":\"insufficient_quota\"}}"),
            Acts.hangUp(Cut.CLOSE),
            Acts.hangUp(Cut.RESET),
            Acts.hangUp(Cut.HALF),
            Acts.stale(Cut.CLOSE),
            Acts.stale(Cut.RESET),
            Acts.cut(1, Cut.END),
            Acts.cut(20, Cut.END),
            Acts.cut(40, Cut.CLOSE),
            Acts.cut(59, Cut.HALF),
            Acts.cut(40, Cut.RESET),
            Acts.unterminated(Cut.END),
            Acts.unterminated(Cut.CLOSE),
            Acts.interjecting(0, "{nonsense"),
            Acts.interjecting(9, "data: {nonsense"),
            Acts.interjecting(9, "{\"error\":\"the runner has stopped\"}"),
            Acts.body("application/json", "{\n  \"error\": \"the runner has stopped\"\n}"),
            Acts.body("application/json", ""),
            Acts.body("text/plain", "Service is running\n"),
            Acts.page(),
            Acts.gzip(),
            Acts.afresh(),
            Acts.closingAfter(1),
            Acts.closingWhenIdle(Duration.ofMillis(5)));

    private final Random random;

    RandomFault(Random random) {
        this.random = random;
    }

    @Override
    public void play(Asked asked, Line line) throws IOException {
        next().play(asked, line);
    }

    private Act next() {
        synchronized (random) {
            if (random.nextInt(3) == 0) {
                return Acts.answer();
            }
            List<Act> faults = random.nextInt(40) == 0 ? RARE : FREQUENT;
            return faults.get(random.nextInt(faults.size()));
        }
    }
}
