package io.caravan.camel.websocket;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConstants;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConsumer;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEvent;
import org.apache.camel.spi.ShutdownAware;

/**
 * Makes an exchange of each event of a connection, one at a time and in order.
 *
 * <p>Its headers are the component's three and nothing else: nothing of the handshake's query, path or headers becomes
 * one. Suspended, it keeps its connections and lets what they say wait; stopped, it closes them with 1001. When the
 * whole context stops it goes on until the streams in flight have ended, so that they can still be cancelled.
 */
final class WebSocketConsumer extends VertxWebsocketConsumer implements ShutdownAware, Suspendable {

    private volatile boolean held;

    WebSocketConsumer(WebSocketEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
    }

    /** Whether what comes in has to wait at present. */
    boolean held() {
        return held;
    }

    /** Runs the route with this event; returns when it is done. */
    void deliver(Connection connection, Inbox.Event event) {
        if (event.kind() != VertxWebsocketEvent.MESSAGE
                && !getEndpoint().getConfiguration().isFireWebSocketConnectionEvents()) {
            return;
        }
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(event.body());
        exchange.getMessage().setHeader(VertxWebsocketConstants.CONNECTION_KEY, connection.key());
        exchange.getMessage().setHeader(VertxWebsocketConstants.REMOTE_ADDRESS, connection.remoteAddress());
        exchange.getMessage().setHeader(VertxWebsocketConstants.EVENT, event.kind());
        connection.caller().ifPresent(caller -> exchange.setProperty(WebSocketComponent.CALLER, caller));
        run(exchange);
    }

    private void run(Exchange exchange) {
        try {
            createUoW(exchange);
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        try {
            if (exchange.getException() != null) {
                getExceptionHandler()
                        .handleException("A WebSocket event was not processed", exchange, exchange.getException());
            }
            doneUoW(exchange);
        } finally {
            releaseExchange(exchange, false);
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        held = true;
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        letGo();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        letGo();
    }

    @Override
    protected void doStop() throws Exception {
        letGo();
        super.doStop();
    }

    private void letGo() {
        held = false;
        ((WebSocketComponent) getComponent()).release(this);
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return true;
    }

    @Override
    public int getPendingExchangesSize() {
        return 0;
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // Nothing to prepare: the connections close when it stops.
    }
}
