package io.caravan.camel.tool;

import io.caravan.camel.reload.OptionException;
import io.caravan.tool.RouteTools;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code from: tool:NAME} makes a route a tool for as long as it runs; {@code to: tool:NAME} runs a call of it, whose body is a
 * {@link io.caravan.tool.ToolRun} and becomes a {@link io.caravan.tool.ToolOutcome}. The consumer that started last gets the calls,
 * so a route can be replaced under load. Bind it in the registry as {@code tool}. Thread-safe.
 */
@Component("tool")
public final class ToolComponent extends DefaultComponent {

    private final RouteTools tools;
    private final ExecutorService threads;
    private final Map<String, ToolConsumer> consumers = new ConcurrentHashMap<>();

    /**
     * @param tools told of each tool that comes and goes
     * @param threads a thread for each call under way
     */
    public ToolComponent(RouteTools tools, ExecutorService threads) {
        this.tools = tools;
        this.threads = threads;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        String name = remaining.replaceFirst("^//", "");
        if (!ToolOptions.isName(name)) {
            throw new OptionException(
                    "tool:" + name,
                    "a tool's name is of letters, digits, _ and -, starts with a letter or _, and has up to 64"
                            + " characters; `" + name + "` is none");
        }
        return new ToolEndpoint(uri, this, name, ToolOptions.of(name, parameters));
    }

    /** The consumer that gets the next call. */
    Optional<ToolConsumer> consumer(String name) {
        return Optional.ofNullable(consumers.get(name));
    }

    ExecutorService threads() {
        return threads;
    }

    synchronized void started(ToolConsumer consumer) {
        consumers.put(consumer.tool().name(), consumer);
        tools.offer(consumer.tool());
    }

    synchronized void stopped(ToolConsumer consumer) {
        if (consumers.remove(consumer.tool().name(), consumer)) {
            tools.withdraw(consumer.tool().name());
        }
    }
}
