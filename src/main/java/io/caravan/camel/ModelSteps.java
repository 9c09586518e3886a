package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.attempt;
import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.limit.Deadlines;
import io.caravan.llm.Attempt;
import io.caravan.llm.Breakers;
import io.caravan.llm.Fallback;
import io.caravan.llm.Provider;
import io.caravan.llm.Providers;
import io.caravan.operate.Journal;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.IOHelper;
import org.jspecify.annotations.Nullable;

/** The steps of the routes that call a model; each is named in the YAML. */
public final class ModelSteps {

    private static final int MOST_OF_AN_ERROR = 64 * 1024;
    private static final String HEADERS = "caravan.headers";

    private final Providers providers;
    private final Fallback fallback;
    private final Deadlines deadlines;
    private final Breakers breakers;
    private final Journal journal;

    public ModelSteps(Providers providers, Fallback fallback, Deadlines deadlines, Breakers breakers, Journal journal) {
        this.providers = providers;
        this.fallback = fallback;
        this.deadlines = deadlines;
        this.breakers = breakers;
        this.journal = journal;
    }

    /** Makes the message the request to the provider, with no header that was there before, and starts its timers. */
    public void ask(Exchange exchange) {
        ChatCall call = call(exchange);
        call.checkStopped();
        Provider provider = providers.named(call.progress().provider());
        exchange.setProperty(HEADERS, exchange.getMessage().getHeaders());
        Message request = new DefaultMessage(exchange);
        request.setBody(
                provider.dialect().encode(asked(call, provider), call.progress().model()));
        request.setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.setMessage(request);
        begin(exchange, new Attempt(call, provider, deadlines));
        journal.attempted(call);
    }

    /** The question with the provider's defaults; with what is out of its answer, if it broke off and is resumed. */
    private static ChatRequest asked(ChatCall call, Provider provider) {
        ChatRequest question = call.request()
                .orElse(provider.settings().system(), provider.settings().options());
        return call.progress().outInTurn() == 0
                ? question
                : question.continuing(call.progress().handedOut());
    }

    private static void begin(Exchange exchange, Attempt attempt) {
        CaravanExchange.keep(exchange, attempt);
        ModelConnections.next(attempt);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                ModelConnections.forget();
                IOHelper.close(attempt);
            }

            @Override
            public boolean allowHandover() {
                return false;
            }
        });
    }

    /** Makes the response's body the chunks of the answer, with the headers from before the call. */
    @SuppressWarnings("unchecked")
    public void checkStatus(Exchange exchange) {
        Message response = exchange.getMessage();
        Attempt attempt = attempt(exchange);
        int status = response.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        InputStream body = response.getBody(InputStream.class);
        if (status < 200 || status > 299) {
            throw attempt.server()
                    .failed(providers
                            .named(call(exchange).progress().provider())
                            .dialect()
                            .failure(status, lowerCase(response), words(attempt, body)));
        }
        attempt.answeredWith(
                body == null ? InputStream.nullInputStream() : body,
                response.getHeader(Exchange.CONTENT_TYPE, "", String.class));
        Message chunks = new DefaultMessage(exchange);
        chunks.setHeaders((Map<String, Object>) exchange.removeProperty(HEADERS));
        chunks.setBody(attempt);
        exchange.setMessage(chunks);
    }

    /** What the server says of its error, as far as it comes. */
    private static byte[] words(Attempt attempt, @Nullable InputStream body) {
        try {
            return body == null ? new byte[0] : body.readNBytes(MOST_OF_AN_ERROR);
        } catch (IOException e) {
            attempt.aborted().ifPresent(why -> {
                throw attempt.server().failed(why);
            });
            return new byte[0];
        }
    }

    /** Ends the call: well, or with what went wrong. */
    public void verdict(Exchange exchange) {
        exchange.getMessage().setBody(null);
        attempt(exchange).verdict();
    }

    /** Hands the failure of the call on, or says that the breaker let none through. */
    public void rethrow(Exchange exchange) throws Exception {
        exchange.removeProperty(Exchange.EXCEPTION_HANDLED);
        ChatCall call = call(exchange);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (call.stopped().isPresent()) {
            throw Attempt.judged(call, call.stopped().get());
        } else if (failure == null) {
            journal.leftAlone(call);
            throw Attempt.judged(call, breakers.leftAlone(call.progress().provider()));
        } else if (!(failure instanceof CaravanException ours)) {
            throw failure;
        } else {
            journal.attemptFailed(call, ours);
            throw Attempt.judged(call, explained(ours, call, exchange));
        }
    }

    /** With the models there are, if it is told: who takes over does not wait for the list. */
    private CaravanException explained(CaravanException failure, ChatCall call, Exchange exchange) {
        return failure instanceof RejectedException rejected
                        && rejected.code() == ErrorCode.MODEL_NOT_FOUND
                        && fallback.after(call, failure).isEmpty()
                ? ModelList.explained(rejected, exchange.getContext())
                : failure;
    }

    /** A chunk of the split as JSON, the way it goes to the reply endpoint. */
    public void chunk(Exchange exchange) {
        ChatCall call = call(exchange);
        Message message = exchange.getMessage();
        message.setBody(call.asJson((ChatEvent.Chunk) message.getBody()));
    }

    private static Map<String, String> lowerCase(Message response) {
        Map<String, String> headers = new HashMap<>();
        response.getHeaders()
                .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), String.valueOf(value)));
        return headers;
    }
}
