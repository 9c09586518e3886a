package io.caravan.camel.tool;

import io.caravan.camel.reload.OptionException;
import io.caravan.camel.reload.Replaceable;
import io.caravan.tool.ToolDefinition;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** A tool by its name: with a description a route reads from it, without one it is only called. */
final class ToolEndpoint extends DefaultEndpoint implements MultipleConsumersSupport, Replaceable {

    private final ToolComponent component;
    private final String name;
    private final ToolOptions options;

    ToolEndpoint(String uri, ToolComponent component, String name, ToolOptions options) {
        super(uri, component);
        this.component = component;
        this.name = name;
        this.options = options;
    }

    @Override
    public Producer createProducer() {
        return new ToolProducer(this, component, name);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        ToolDefinition tool = options.definition()
                .orElseThrow(() -> new OptionException("tool:" + name, ToolOptions.missingDescription(name)));
        ToolConsumer consumer = new ToolConsumer(this, component, tool, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public boolean isMultipleConsumersSupported() {
        return true;
    }
}
