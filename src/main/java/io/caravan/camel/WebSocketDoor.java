package io.caravan.camel;

import io.caravan.chat.Action;
import io.caravan.chat.ChatCall;
import io.caravan.chat.EventJson;
import io.caravan.chat.Frame;
import io.caravan.chat.InFlight;
import io.caravan.chat.ModelAskers;
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
    private static final String LIST = "caravan.models.list";

    private final InFlight inFlight;
    private final ModelAskers modelAskers;

    public WebSocketDoor(InFlight inFlight, ModelAskers modelAskers) {
        this.inFlight = inFlight;
        this.modelAskers = modelAskers;
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
                modelAskers.left(connection(exchange));
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

    /** Has the sender wait for the list of models; the property {@code makesList} says whether one has to be made. */
    public void joinModelAskers(Exchange exchange) {
        String id = exchange.getMessage().getBody(String.class);
        exchange.setProperty("makesList", modelAskers.join(new ModelAskers.Asker(connection(exchange), id)));
    }

    /** Those who wait for the list that is the body become the body; the list goes along. */
    public void modelAskers(Exchange exchange) {
        exchange.setProperty(LIST, exchange.getMessage().getBody());
        exchange.getMessage().setBody(modelAskers.all());
    }

    /** The list for one of them becomes the body again. */
    public void modelsForAsker(Exchange exchange) {
        Message message = exchange.getMessage();
        ModelAskers.Asker asker = message.getBody(ModelAskers.Asker.class);
        CaravanExchange.keep(exchange, new EventJson(Optional.of(asker.requestId())));
        message.setHeader(VertxWebsocketConstants.CONNECTION_KEY, asker.connection());
        message.setBody(exchange.getProperty(LIST));
    }

    /** The answer to a ping. */
    public void pong(Exchange exchange) {
        exchange.getMessage().setBody(CaravanExchange.events(exchange).pong());
    }

    private static String connection(Exchange exchange) {
        return exchange.getMessage().getHeader(VertxWebsocketConstants.CONNECTION_KEY, String.class);
    }
}
