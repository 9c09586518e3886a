package io.caravan.camel;

import io.caravan.chat.ChatCall;
import io.caravan.chat.EventJson;
import io.caravan.llm.Attempt;
import io.caravan.llm.Providers;
import io.caravan.tool.ToolRun;
import io.caravan.tool.ToolUse;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What Caravan keeps with an exchange, and the headers that routes may set and read. */
public final class CaravanExchange {

    /** In: {@code provider/model} or {@code model}. Out: the model that answered. */
    public static final String MODEL = "CaravanModel";
    /** In: the system prompt. */
    public static final String SYSTEM = "CaravanSystem";
    /** In: the options, as the JSON object of the payload. */
    public static final String OPTIONS = "CaravanOptions";
    /** In: the endpoint that gets each event. */
    public static final String REPLY_TO = "CaravanReplyTo";
    /** In, not available yet: the conversation. */
    public static final String SESSION = "CaravanSession";
    /** In: the tools the model may use, names and patterns divided by commas, or {@code false}. */
    public static final String TOOLS = "CaravanTools";
    /** Out: the request's id, as in logs. */
    public static final String REQUEST_ID = "CaravanRequestId";
    /** Out: the provider that answered. */
    public static final String PROVIDER = "CaravanProvider";
    /** Out: {@code stop}, {@code length}, {@code tool_calls} or {@code content_filter}. */
    public static final String FINISH_REASON = "CaravanFinishReason";
    /** Out: tokens read. */
    public static final String PROMPT_TOKENS = "CaravanPromptTokens";
    /** Out: tokens written. */
    public static final String COMPLETION_TOKENS = "CaravanCompletionTokens";
    /** Out: calls to providers. */
    public static final String ATTEMPTS = "CaravanAttempts";

    /** Property of an exchange that runs a tool, and of what it calls: a chat in there gets no tools unless it asks for some. */
    public static final String WITHIN_TOOL = "caravan.within-tool";

    private static final String TURN = "provider";
    private static final String CALL = "caravan.call";
    private static final String ATTEMPT = "caravan.attempt";
    private static final String TOOLS_IN_USE = "caravan.tools";
    private static final String EVENTS = "caravan.events";
    private static final String ANSWERED_BY = "caravan.answered-by";

    private CaravanExchange() {}

    static ChatCall call(Exchange exchange) {
        return exchange.getProperty(CALL, ChatCall.class);
    }

    static void keep(Exchange exchange, ChatCall call) {
        exchange.setProperty(CALL, call);
    }

    static Attempt attempt(Exchange exchange) {
        return exchange.getProperty(ATTEMPT, Attempt.class);
    }

    static void keep(Exchange exchange, Attempt attempt) {
        exchange.setProperty(ATTEMPT, attempt);
    }

    /** The provider and model whose turn it is now; the route behind it goes by the property. */
    static void turnTo(Exchange exchange, Providers.Choice choice) {
        call(exchange).progress().chosen(choice.provider().name(), choice.model());
        exchange.setProperty(TURN, choice.provider().name());
    }

    /** Remembers who answered, since the header that says so is also the one that asks. */
    static void answeredBy(Exchange exchange, ChatCall call) {
        exchange.setProperty(
                ANSWERED_BY,
                new AnsweredBy(call.progress().provider(), call.progress().model()));
    }

    /** The model that the message's header asks for; the one of an earlier answer means that model of that provider. */
    static Optional<String> modelAskedFor(Message message) {
        String model = message.getHeader(MODEL, String.class);
        AnsweredBy before = message.getExchange().getProperty(ANSWERED_BY, AnsweredBy.class);
        return before != null && before.model().equals(model)
                ? Optional.of(before.provider() + "/" + model)
                : Optional.ofNullable(model);
    }

    private record AnsweredBy(String provider, String model) {}

    /** The tools of the question, if it has any. */
    static Optional<ToolUse> tools(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(TOOLS_IN_USE, ToolUse.class));
    }

    static void keep(Exchange exchange, @Nullable ToolUse tools) {
        exchange.setProperty(TOOLS_IN_USE, tools);
    }

    /** The call of a tool inside which the exchange runs, if it does. */
    static Optional<ToolRun> withinTool(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(WITHIN_TOOL, ToolRun.class));
    }

    /** In how many calls of tools the exchange runs. */
    static int depth(Exchange exchange) {
        return withinTool(exchange).map(ToolRun::depth).orElse(0);
    }

    static EventJson events(Exchange exchange) {
        return exchange.getProperty(EVENTS, EventJson.class);
    }

    static void keep(Exchange exchange, EventJson events) {
        exchange.setProperty(EVENTS, events);
    }
}
