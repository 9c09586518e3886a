package io.caravan.camel;

import io.caravan.chat.Action;
import io.caravan.chat.ChatCall;
import io.caravan.chat.EventJson;
import io.caravan.chat.Frame;
import io.caravan.chat.InFlight;
import io.caravan.failure.RejectedException;
import io.caravan.workers.Fronts;
import jakarta.jms.Destination;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.jms.JmsConstants;

/** The steps of the routes that answer questions of other processes; each is named in the YAML. */
public final class QuestionSteps {

    /** They all come on one connection: their ids are theirs alone. */
    private static final String FRONTS = "fronts";

    private static final String EVENTS = "caravan.events-to-front";

    private final Fronts fronts;
    private final InFlight inFlight = new InFlight(Integer.MAX_VALUE);

    public QuestionSteps(Fronts fronts) {
        this.fronts = fronts;
        inFlight.opened(FRONTS);
    }

    /** Makes the message the question, whose events go to whoever asked. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        CaravanExchange.keep(exchange, new EventJson(Optional.empty()));
        Fronts.Line line = fronts.line(
                message.getHeader(JmsConstants.JMS_HEADER_REPLY_TO, Destination.class),
                message.getHeader(JmsConstants.JMS_HEADER_CORRELATION_ID, "", String.class),
                message.getHeader(Fronts.DELIVERIES_BEFORE, 0, Integer.class)
                        + message.getHeader("JMSXDeliveryCount", 1, Integer.class));
        exchange.setProperty(EVENTS, line);
        AfterRoute.run(exchange, line::close);
        Frame frame = Frame.read(message.getBody(String.class));
        CaravanExchange.keep(exchange, new EventJson(Optional.of(frame.requestId())));
        if (!(frame.action() instanceof Action.Chat chat)) {
            throw RejectedException.invalid("this is no question");
        }
        ChatCall call = new ChatCall(frame.requestId(), chat.request(), true);
        if (message.getHeader(Fronts.ATTENDED, false, Boolean.class)) {
            call.approvals().attend();
        }
        inFlight.takeOver(FRONTS, call); // the broker gives a question anew whose reader's connection broke
        message.setBody(call);
    }

    /** Sends an event to whoever asked; a caller who is gone stops the answer. */
    public void reply(Exchange exchange) {
        int turn = Optional.ofNullable(CaravanExchange.call(exchange))
                .map(call -> call.progress().turn())
                .orElse(0);
        exchange.getProperty(EVENTS, Fronts.Line.class)
                .send(exchange.getMessage().getBody(String.class), turn);
    }

    /** Does what a front says about a question that it has asked; if it is answered elsewhere, nothing. */
    public void control(Exchange exchange) {
        Frame frame = Frame.read(exchange.getMessage().getBody(String.class));
        Action action = frame.action();
        inFlight.find(FRONTS, frame.requestId()).ifPresent(call -> {
            if (action instanceof Action.Decide decision) {
                call.approvals().decide(decision.callId(), decision.approved());
            } else {
                call.leave();
            }
        });
    }
}
