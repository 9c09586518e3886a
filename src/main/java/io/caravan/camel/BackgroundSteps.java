package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.failure.CaravanException;
import io.caravan.limit.Admission;
import io.caravan.llm.Perseverance;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** The steps of the route that answers prompts nobody waits for; each is named in the YAML. */
public final class BackgroundSteps {

    /** Variable, a {@link BooleanSupplier}: whether the answer is still wanted. Unset means that it is. */
    public static final String STILL_WANTED = "stillWanted";

    private static final String IN_BACKGROUND = "background";
    private static final String TRIES = "caravan.background.tries";

    private final Perseverance perseverance;
    private final Admission admission;
    private final AtomicInteger pausing = new AtomicInteger();

    public BackgroundSteps(Perseverance perseverance, Admission admission) {
        this.perseverance = perseverance;
        this.admission = admission;
    }

    /** Prompts that wait for a model to come back. */
    public int pausing() {
        return pausing.get();
    }

    /** What the route asks from here on gives way to chats. */
    public void giveWay(Exchange exchange) {
        exchange.setVariable(IN_BACKGROUND, true);
        exchange.removeProperty(TRIES);
        RisingFailures.of(exchange);
    }

    /**
     * Whether the prompt is asked again after a failure; waits before it is. Not while the program stops: whoever gave the
     * prompt has it still.
     */
    public Predicate persevere() {
        return exchange -> exchange.getException() instanceof CaravanException failure && persevere(exchange, failure);
    }

    private boolean persevere(Exchange exchange, CaravanException failure) {
        int tries = exchange.getProperty(TRIES, 0, Integer.class);
        Optional<Perseverance.Turn> next = perseverance.next(call(exchange), failure, tries);
        if (next.isEmpty() || !pause(exchange, next.get().pause())) {
            return false;
        }
        exchange.setProperty(TRIES, next.get().tries());
        return true;
    }

    /** False if it is in vain to go on. */
    private boolean pause(Exchange exchange, Duration time) {
        pausing.incrementAndGet();
        try {
            return isWanted(exchange) && !admission.closesWithin(time) && isWanted(exchange);
        } finally {
            pausing.decrementAndGet();
        }
    }

    private static boolean isWanted(Exchange exchange) {
        BooleanSupplier wanted = exchange.getVariable(STILL_WANTED, BooleanSupplier.class);
        return wanted == null || wanted.getAsBoolean();
    }
}
