package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.RejectedException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that cannot use tools. They are found out when they refuse a question because of them: it is asked again
 * without, and no tools are offered to them until the next start, unless the question names some. Thread-safe.
 */
public final class WithoutTools {

    private static final Logger LOG = LoggerFactory.getLogger(WithoutTools.class);

    /** Callers choose the model: they must not fill the memory with names. */
    private static final int MOST_REMEMBERED = 1_000;

    private final Set<String> models = ConcurrentHashMap.newKeySet();

    /** Whether the model that the call asks is known to have no use for tools. */
    public boolean answers(ChatCall call) {
        return models.contains(model(call));
    }

    /** Takes the tools out of a question that was refused because of them; false if that is not why, or they are wanted. */
    public boolean insteadOf(ChatCall call, CaravanException failure) {
        boolean refused = failure instanceof RejectedException rejected
                && rejected.refusesTools()
                && !call.request().tools().isEmpty()
                && call.request().toolNames().isEmpty()
                && call.stopped().isEmpty();
        if (refused) {
            call.ask(call.request().offering(List.of()));
            if (models.size() < MOST_REMEMBERED && models.add(model(call))) {
                LOG.warn("{} cannot use tools, and gets none from now on", model(call));
            }
        }
        return refused;
    }

    private static String model(ChatCall call) {
        return call.progress().provider() + "/" + call.progress().model();
    }
}
