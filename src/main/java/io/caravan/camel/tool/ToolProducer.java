package io.caravan.camel.tool;

import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Runs a call of a tool. The route has a thread of its own, so that a cancelled call is over at once for whoever waits, even if
 * the route takes its time to notice the interrupt.
 */
final class ToolProducer extends DefaultProducer {

    private final ToolComponent component;
    private final String name;

    ToolProducer(ToolEndpoint endpoint, ToolComponent component, String name) {
        super(endpoint);
        this.component = component;
        this.name = name;
    }

    @Override
    public void process(Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof ToolRun run)) {
            throw new IllegalArgumentException(
                    "tool:" + name + " is for calls that models make: its body is a " + ToolRun.class.getName());
        }
        exchange.getMessage().setBody(outcome(run));
    }

    private ToolOutcome outcome(ToolRun run) {
        Optional<ToolConsumer> consumer = component.consumer(name);
        if (consumer.isEmpty()) {
            return ToolOutcome.error("The tool is not there any more.");
        }
        return consumer.get()
                .problem(run.arguments())
                .map(ToolOutcome::error)
                .orElseGet(() -> outcome(consumer.get(), run));
    }

    private ToolOutcome outcome(ToolConsumer consumer, ToolRun run) {
        FutureTask<ToolOutcome> task = new FutureTask<>(() -> consumer.run(run));
        ToolRun.Watch watch = run.whenCancelled(() -> task.cancel(true));
        try {
            component.threads().execute(task);
            return task.get();
        } catch (CancellationException e) {
            return ToolOutcome.error("The call was ended: " + run.cancelled().orElse("nobody waits for it") + ".");
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            return ToolOutcome.error("The call was ended.");
        } catch (ExecutionException e) {
            return ToolOutcome.error(Reasons.of(e));
        } finally {
            watch.close();
        }
    }
}
