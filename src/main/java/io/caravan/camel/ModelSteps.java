package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.attempt;
import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.failure.UnavailableException;
import io.caravan.limit.Deadlines;
import io.caravan.llm.Attempt;
import io.caravan.llm.Provider;
import io.caravan.llm.Providers;
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
    private final Deadlines deadlines;

    public ModelSteps(Providers providers, Deadlines deadlines) {
        this.providers = providers;
        this.deadlines = deadlines;
    }

    /** Makes the message the request to the provider, with no header that was there before, and starts its timers. */
    public void ask(Exchange exchange) {
        ChatCall call = call(exchange);
        call.checkStopped();
        Provider provider = providers.named(call.provider());
        exchange.setProperty(HEADERS, exchange.getMessage().getHeaders());
        Message request = new DefaultMessage(exchange);
        request.setBody(provider.dialect().encode(withDefaults(call, provider), call.model()));
        request.setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.setMessage(request);
        begin(exchange, new Attempt(call, provider, deadlines));
    }

    private static io.caravan.chat.ChatRequest withDefaults(ChatCall call, Provider provider) {
        return call.request()
                .orElse(provider.settings().system(), provider.settings().options());
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
            throw providers
                    .named(call(exchange).provider())
                    .dialect()
                    .failure(status, lowerCase(response), words(attempt, body));
        }
        attempt.answeredWith(
                body == null ? InputStream.nullInputStream() : body,
                response.getHeader(Exchange.CONTENT_TYPE, "", String.class));
        Message chunks = new DefaultMessage(exchange);
        chunks.setHeaders(exchange.getProperty(HEADERS, Map.class));
        chunks.setBody(attempt);
        exchange.setMessage(chunks);
    }

    /** What the server says of its error, as far as it comes. */
    private static byte[] words(Attempt attempt, @Nullable InputStream body) {
        try {
            return body == null ? new byte[0] : body.readNBytes(MOST_OF_AN_ERROR);
        } catch (IOException e) {
            attempt.aborted().ifPresent(why -> {
                throw attempt.judged(why);
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
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (failure instanceof RejectedException rejected && rejected.code() == ErrorCode.MODEL_NOT_FOUND) {
            throw ModelList.explained(rejected, exchange.getContext());
        } else if (failure != null) {
            throw failure;
        }
        throw UnavailableException.inVain(
                ErrorCode.PROVIDER_UNAVAILABLE,
                call(exchange).provider() + " has failed too often and is left alone for a while (breaker open)",
                null);
    }

    /** A chunk of the split as JSON, the way it goes to the reply endpoint. */
    public void chunk(Exchange exchange) {
        ChatCall call = call(exchange);
        Message message = exchange.getMessage();
        message.setBody(call.json().chunk((ChatEvent.Chunk) message.getBody(), call.chunksOut() - 1));
    }

    private static Map<String, String> lowerCase(Message response) {
        Map<String, String> headers = new HashMap<>();
        response.getHeaders()
                .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), String.valueOf(value)));
        return headers;
    }
}
