package io.caravan.camel.reload;

import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Producer;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.util.StringHelper;

/** A {@code direct} endpoint that lets the next consumer start while the last one still finishes. */
final class ReplaceableDirectEndpoint extends DirectEndpoint implements MultipleConsumersSupport, Replaceable {

    private final ReplaceableDirect component;
    private final String key;

    ReplaceableDirectEndpoint(String uri, ReplaceableDirect component) {
        super(uri, component);
        this.component = component;
        this.key = StringHelper.before(uri, "?", uri);
    }

    @Override
    public Producer createProducer() {
        return new ReplaceableDirectProducer(this, component, key);
    }

    @Override
    public boolean isMultipleConsumersSupported() {
        return true;
    }
}
