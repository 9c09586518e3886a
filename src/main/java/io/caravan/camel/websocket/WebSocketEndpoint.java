package io.caravan.camel.websocket;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConfiguration;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEndpoint;

/**
 * An endpoint of {@code vertx-websocket}: on this server's own host and port ours, elsewhere, as a client, the stock
 * one.
 */
final class WebSocketEndpoint extends VertxWebsocketEndpoint {

    private final WebSocketComponent component;

    WebSocketEndpoint(String uri, WebSocketComponent component, VertxWebsocketConfiguration configuration) {
        super(uri, component, configuration);
        this.component = component;
    }

    WebSocketComponent component() {
        return component;
    }

    @Override
    public Producer createProducer() throws Exception {
        // The stock producer would open a client socket to this very server for a key it does not know.
        return component.serves(getConfiguration()) ? new WebSocketProducer(this) : super.createProducer();
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (getConfiguration().isConsumeAsClient()) {
            return super.createConsumer(processor);
        }
        if (!component.serves(getConfiguration())) {
            throw new IllegalArgumentException(getEndpointUri() + " would open a second port: write vertx-websocket:"
                    + getConfiguration().getPath() + ", or consumeAsClient=true to listen to another server");
        }
        WebSocketConsumer consumer = new WebSocketConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }
}
