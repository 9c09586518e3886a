package io.caravan.camel.reload;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.spi.annotations.Component;
import org.jspecify.annotations.Nullable;

/**
 * The {@code direct} component with consumers that can be replaced under load: the newest consumer of a name gets the
 * messages, an older one finishes what it has. A message for a name without a consumer fails at once; the options
 * {@code block} and {@code timeout} have no effect. Bind it in the registry as {@code direct}. Thread-safe.
 */
@Component("direct")
public final class ReplaceableDirect extends DirectComponent {

    private final Map<String, DirectConsumer> consumers = new ConcurrentHashMap<>();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        ReplaceableDirectEndpoint endpoint = new ReplaceableDirectEndpoint(uri, this);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    public void addConsumer(String key, DirectConsumer consumer) {
        consumers.put(key, consumer);
    }

    @Override
    public void removeConsumer(String key, DirectConsumer consumer) {
        consumers.remove(key, consumer);
    }

    @Override
    protected @Nullable DirectConsumer getConsumer(String key, boolean block, long timeout) {
        return consumers.get(key);
    }

    /** The consumer that gets the next message; null if there is none. */
    @Nullable
    DirectConsumer consumer(String key) {
        return consumers.get(key);
    }

    @Override
    protected void doShutdown() throws Exception {
        consumers.clear();
        super.doShutdown();
    }
}
