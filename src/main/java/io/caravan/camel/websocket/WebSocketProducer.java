package io.caravan.camel.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.failure.CancelledException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConstants;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Sends the body, as a text message, to the connection whose key the message bears; or to every connection of its path
 * where {@code sendToAll} says so.
 *
 * <p>It completes on the caller's thread when the message is on its way. A {@code byte[]} is taken as UTF-8. A key
 * whose peer has left is a {@link CancelledException}.
 */
final class WebSocketProducer extends DefaultAsyncProducer {

    private final WebSocketEndpoint endpoint;

    WebSocketProducer(WebSocketEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Message message = exchange.getMessage();
            if (message.getBody() != null) {
                send(message, utf8(message));
            }
        } catch (CancelledException | InvalidPayloadException | IllegalArgumentException e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private void send(Message message, byte[] utf8) {
        WebSocketComponent component = endpoint.component();
        if (toAll(message)) {
            component.sendToAll(endpoint.getConfiguration().getPath(), utf8);
            return;
        }
        Object key = message.getHeader(VertxWebsocketConstants.CONNECTION_KEY);
        if (key == null) {
            throw new IllegalArgumentException("A reply over WebSocket needs the header "
                    + VertxWebsocketConstants.CONNECTION_KEY + " of the message it answers");
        }
        component.send(key.toString(), utf8);
    }

    private boolean toAll(Message message) {
        Object header = message.getHeader(VertxWebsocketConstants.SEND_TO_ALL);
        return header == null ? endpoint.getConfiguration().isSendToAll() : Boolean.parseBoolean(header.toString());
    }

    private static byte[] utf8(Message message) throws InvalidPayloadException {
        Object body = message.getBody();
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        return (body instanceof String text ? text : message.getMandatoryBody(String.class)).getBytes(UTF_8);
    }
}
