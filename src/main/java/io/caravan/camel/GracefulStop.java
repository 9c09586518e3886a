package io.caravan.camel;

import io.caravan.limit.Admission;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.InflightRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stop of a program that still answers: what runs gets its time, and everyone is told how it ended. */
public final class GracefulStop {

    private static final Logger LOG = LoggerFactory.getLogger(GracefulStop.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Admission admission;
    private final WebPort port;
    private final InflightRepository inFlight;

    public GracefulStop(Admission admission, WebPort port, CamelContext context) {
        this.admission = admission;
        this.port = port;
        this.inFlight = context.getInflightRepository();
    }

    /** Returns when no request runs and nobody is connected any more; what outlasts {@code grace} is ended by then. */
    public void within(Duration grace) {
        port.stopAccepting();
        admission.close();
        if (!admission.awaitIdle(grace)) {
            LOG.warn("{} requests are ended: the grace time is over", admission.running());
            admission.stopAll(Admission.shuttingDown());
            admission.awaitIdle(LAST_WORDS);
        }
        awaitLastWords();
        port.closeAll(LAST_WORDS);
    }

    /** A request gives its place away a moment before its last event is out. */
    private void awaitLastWords() {
        long until = System.nanoTime() + LAST_WORDS.toNanos();
        while (inFlight.size() > 0
                && System.nanoTime() < until
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
