package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.camel.reload.RouteIds;
import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent;
import io.caravan.chat.Tool;
import io.caravan.failure.CaravanException;
import io.caravan.limit.Admission;
import io.caravan.limit.Deadlines;
import io.caravan.llm.Attempt;
import io.caravan.llm.Providers;
import io.caravan.operate.Journal;
import io.caravan.tool.ToolRun;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The steps of the routes that take a question from its arrival to its answer; each is named in the YAML. */
public final class ChatSteps {

    private final Admission admission;
    private final Providers providers;
    private final Journal journal;
    private final Deadlines deadlines;

    public ChatSteps(Admission admission, Providers providers, Journal journal, Deadlines deadlines) {
        this.admission = admission;
        this.providers = providers;
        this.journal = journal;
        this.deadlines = deadlines;
    }

    /** Makes the message a question whose events are sent on, to an endpoint that is looked up once and not for each. */
    public void openStream(Exchange exchange) {
        Message message = exchange.getMessage();
        if (message.getHeader(CaravanExchange.REPLY_TO) instanceof String uri) {
            message.setHeader(CaravanExchange.REPLY_TO, exchange.getContext().getEndpoint(uri));
        }
        open(exchange, true);
    }

    /** Makes the message a question whose whole text is wanted. */
    public void openWhole(Exchange exchange) {
        open(exchange, false);
    }

    private void open(Exchange exchange, boolean streamed) {
        RisingFailures.of(exchange);
        ChatCall call = opened(exchange.getMessage(), exchange.getExchangeId(), streamed);
        CaravanExchange.keep(exchange, call);
        if (Boolean.TRUE.equals(exchange.getVariable("background", Boolean.class))) {
            call.giveWay();
        }
        AfterRoute.run(exchange, call::over);
        exchange.getMessage().setHeader(CaravanExchange.REQUEST_ID, call.id());
        CaravanExchange.withinTool(exchange).ifPresent(tool -> endsWith(tool, call));
        journal.opened(call, RouteIds.shown(String.valueOf(exchange.getFromRouteId())));
        call.request().timeout().ifPresent(time -> deadlines.limit(call, time, "the request's timeout"));
    }

    /** A question inside a tool goes no further than the call of the tool. */
    private static void endsWith(ToolRun tool, ChatCall call) {
        ToolRun.Watch watch = tool.whenCancelled(() -> call.cancel("the call of the tool was ended"));
        call.atEnd(watch::close);
    }

    private static ChatCall opened(Message message, String id, boolean streamed) {
        if (message.getBody() instanceof ChatCall opened) {
            opened.ask(Questions.asked(message, opened.request()));
            return opened;
        }
        return new ChatCall(id, Questions.of(message), streamed);
    }

    /** Waits for a place among the requests that run; whatever comes of the call, its end is noted behind the route. */
    public void admit(Exchange exchange) {
        ChatCall call = call(exchange);
        AfterRoute.run(exchange, () -> {
            if (exchange.getException() instanceof CaravanException why) {
                exchange.setException(Attempt.told(call, why));
            }
            call.end(exchange.getException());
        });
        admission.admit(call);
    }

    /** Picks the provider that is asked first, and the model. The time of work in the background begins when it has its turn. */
    public void choose(Exchange exchange) {
        ChatCall call = call(exchange);
        Providers.Choice choice = providers.choose(call.request().model());
        CaravanExchange.turnTo(exchange, choice);
        if (call.request().timeout().isEmpty() && !call.inBackground()) {
            deadlines.limit(call, choice.provider().settings().totalTimeout(), "total-timeout");
        }
    }

    /** The event that says that the request is under way. */
    public void started(Exchange exchange) {
        ChatCall call = call(exchange);
        List<String> tools = call.request().tools().stream().map(Tool::name).toList();
        exchange.getMessage()
                .setBody(call.json()
                        .started(new ChatEvent.Started(
                                call.progress().provider(), call.progress().model(), Optional.empty(), tools)));
    }

    /** The event that says that the answer is whole. */
    public void completed(Exchange exchange) {
        ChatCall call = call(exchange);
        exchange.getMessage().setBody(call.json().completed(call.progress().completed()));
        outcome(exchange, call);
    }

    /** The whole text as the body, and how it came about in the headers. */
    public void wholeText(Exchange exchange) {
        ChatCall call = call(exchange);
        exchange.getMessage().setBody(call.progress().wholeText());
        outcome(exchange, call);
    }

    private static void outcome(Exchange exchange, ChatCall call) {
        var message = exchange.getMessage();
        message.removeHeader(Exchange.CONTENT_TYPE);
        message.setHeader(CaravanExchange.PROVIDER, call.progress().provider());
        message.setHeader(CaravanExchange.MODEL, call.progress().model());
        CaravanExchange.answeredBy(exchange, call);
        message.setHeader(CaravanExchange.FINISH_REASON, call.progress().finishReason());
        message.setHeader(CaravanExchange.PROMPT_TOKENS, call.progress().usage().promptTokens());
        message.setHeader(
                CaravanExchange.COMPLETION_TOKENS, call.progress().usage().completionTokens());
        message.setHeader(CaravanExchange.ATTEMPTS, call.progress().attempts());
    }
}
