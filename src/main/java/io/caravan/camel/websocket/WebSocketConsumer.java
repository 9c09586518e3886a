package io.caravan.camel.websocket;

import java.util.concurrent.RejectedExecutionException;
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
        if (wanted(event.kind())) {
            run(exchange(connection, event));
        }
    }

    private boolean wanted(VertxWebsocketEvent kind) {
        return kind == VertxWebsocketEvent.MESSAGE
                || getEndpoint().getConfiguration().isFireWebSocketConnectionEvents();
    }

    private Exchange exchange(Connection connection, Inbox.Event event) {
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(event.body());
        exchange.getMessage().setHeader(VertxWebsocketConstants.CONNECTION_KEY, connection.key());
        exchange.getMessage().setHeader(VertxWebsocketConstants.REMOTE_ADDRESS, connection.remoteAddress());
        exchange.getMessage().setHeader(VertxWebsocketConstants.EVENT, event.kind());
        connection.caller().ifPresent(caller -> exchange.setProperty(WebSocketComponent.CALLER, caller));
        return exchange;
    }

    private void run(Exchange exchange) {
        try {
            createUoW(exchange);
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        try {
            Exception failure = exchange.getException();
            if (failure != null && !tooLate(failure)) {
                getExceptionHandler().handleException("A WebSocket event was not processed", exchange, failure);
            }
            doneUoW(exchange);
        } finally {
            releaseExchange(exchange, false);
        }
    }

    // Once the context has waited for its streams it runs no route any more, and nobody has to be told of a close.
    private boolean tooLate(Exception failure) {
        return failure instanceof RejectedExecutionException
                && !getEndpoint().getCamelContext().isStarted();
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
