package io.caravan.camel.tool;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.camel.CaravanExchange;
import io.caravan.tool.ArgumentSchema;
import io.caravan.tool.ResultText;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;

/** The route behind a tool: offered while it runs, and run once for each call. */
final class ToolConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {

    private static final JsonMapper JSON = new JsonMapper();

    private final ToolComponent component;
    private final ToolDefinition tool;
    private final ArgumentSchema schema;

    ToolConsumer(ToolEndpoint endpoint, ToolComponent component, ToolDefinition tool, Processor processor) {
        super(endpoint, processor);
        this.component = component;
        this.tool = tool;
        this.schema = ArgumentSchema.of(tool.inputSchema());
    }

    ToolDefinition tool() {
        return tool;
    }

    /** Why these arguments cannot be taken, in words for the model. */
    Optional<String> problem(ObjectNode arguments) {
        return schema.problem(arguments);
    }

    /** Runs the route with the arguments of the call, in an exchange of its own, to its end. */
    ToolOutcome run(ToolRun run) {
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        exchange.setProperty(CaravanExchange.WITHIN_TOOL, run);
        exchange.getMessage().setBody(JSON.convertValue(run.arguments(), new TypeReference<Map<String, Object>>() {}));
        // An interrupt ends the waiting for an asynchronous step, not the route behind it.
        ToolRun.Watch watch = run.whenCancelled(() -> exchange.setRouteStop(true));
        try {
            // of ours, so that a stream it answers with can still be read when the route is through
            createUoW(exchange);
            getProcessor().process(exchange);
            Exception failure = exchange.getException();
            return failure == null ? ToolOutcome.of(text(exchange)) : ToolOutcome.error(Reasons.of(failure));
        } catch (Exception e) {
            return ToolOutcome.error(Reasons.of(e));
        } finally {
            watch.close();
            doneUoW(exchange);
        }
    }

    private static String text(Exchange exchange) throws IOException {
        Object body = exchange.getMessage().getBody();
        Optional<String> text = ResultText.of(body);
        return text.isPresent()
                ? text.get()
                : ResultText.capped(exchange.getMessage().getBody(String.class));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        component.started(this);
    }

    // Without the steps behind it: those finish what they have.
    @Override
    protected void doSuspend() {
        component.stopped(this);
    }

    @Override
    protected void doResume() {
        component.started(this);
    }

    @Override
    protected void doStop() throws Exception {
        component.stopped(this);
        super.doStop();
    }

    /** It goes on until the chats that may call it are through. */
    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        return true;
    }

    @Override
    public int getPendingExchangesSize() {
        return 0; // each call is in flight as soon as it is taken
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {}
}
