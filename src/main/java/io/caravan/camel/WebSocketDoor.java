package io.caravan.camel;

import io.caravan.chat.Action;
import io.caravan.chat.ChatCall;
import io.caravan.chat.EventJson;
import io.caravan.chat.Frame;
import io.caravan.chat.InFlight;
import io.caravan.failure.RejectedException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConstants;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEvent;

/** The steps of the WebSocket door: what comes on a connection becomes an action, and a question becomes a call. */
public final class WebSocketDoor {

    private static final String NOBODY_KNOWS = "no request of this request_id is in flight on this connection";

    /** A property and not a variable: variables are copied for each chunk of the answer. */
    private static final String ACTION = "action";

    private static final String DECISION = "decision";

    private final InFlight inFlight;

    public WebSocketDoor(InFlight inFlight) {
        this.inFlight = inFlight;
    }

    /** Sets the property {@code action}, and for a question the call as the body. */
    public void read(Exchange exchange) {
        VertxWebsocketEvent event =
                exchange.getMessage().getHeader(VertxWebsocketConstants.EVENT, VertxWebsocketEvent.class);
        switch (event) {
            case OPEN -> {
                inFlight.opened(connection(exchange));
                exchange.setProperty(ACTION, "open");
            }
            case CLOSE -> {
                inFlight.closed(connection(exchange));
                exchange.setProperty(ACTION, "close");
            }
            default -> read(exchange, exchange.getMessage());
        }
    }

    private void read(Exchange exchange, Message message) {
        CaravanExchange.keep(exchange, new EventJson(Optional.empty()));
        if (!(message.getBody() instanceof String text)) {
            throw RejectedException.invalid("the frame is binary; frames are JSON texts");
        }
        Frame frame = Frame.read(text);
        CaravanExchange.keep(exchange, new EventJson(Optional.of(frame.requestId())));
        Action action = frame.action();
        if (action instanceof Action.Chat chat) {
            ChatCall call = new ChatCall(frame.requestId(), chat.request(), true);
            call.approvals().attend();
            inFlight.add(connection(exchange), call);
            message.setBody(call);
        } else if (action instanceof Action.Decide decision) {
            exchange.setProperty(DECISION, decision);
            message.setBody(frame.requestId());
        } else {
            message.setBody(frame.requestId());
        }
        exchange.setProperty(ACTION, action.name());
    }

    /** Ends the request that the body names. */
    public void cancel(Exchange exchange) {
        String id = exchange.getMessage().getBody(String.class);
        inFlight.find(connection(exchange), id)
                .orElseThrow(() -> RejectedException.invalid(NOBODY_KNOWS))
                .cancel("cancelled by the caller");
    }

    /** Approves or rejects a call of a tool; its request is the one that the body names. */
    public void decide(Exchange exchange) {
        Action.Decide decision = exchange.getProperty(DECISION, Action.Decide.class);
        String id = exchange.getMessage().getBody(String.class);
        boolean waited = inFlight.find(connection(exchange), id)
                .orElseThrow(() -> RejectedException.invalid(NOBODY_KNOWS))
                .approvals()
                .decide(decision.callId(), decision.approved());
        if (!waited) {
            // The request goes on: an error under its id would read as its end.
            CaravanExchange.keep(exchange, new EventJson(Optional.empty()));
            throw RejectedException.invalid(
                    "request \"" + id + "\": no call of the call_id \"" + decision.callId() + "\" waits for approval");
        }
    }

    /** The answer to a ping. */
    public void pong(Exchange exchange) {
        exchange.getMessage().setBody(CaravanExchange.events(exchange).pong());
    }

    private static String connection(Exchange exchange) {
        return exchange.getMessage().getHeader(VertxWebsocketConstants.CONNECTION_KEY, String.class);
    }
}
