package io.caravan.camel;

import io.caravan.camel.header.Steering;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.failure.UnavailableException;
import io.caravan.llm.Providers;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;

/** The steps of the routes that list the models there are. */
public final class ModelList implements AggregationStrategy {

    private static final String ANSWERED = "caravan.models.answered";

    private static final int MOST_IN_A_MESSAGE = 50;

    private final Providers providers;

    public ModelList(Providers providers) {
        this.providers = providers;
    }

    /** The names of all providers as the body. */
    public void providerNames(Exchange exchange) {
        exchange.getMessage()
                .setBody(providers.all().stream()
                        .map(provider -> provider.name())
                        .toList());
    }

    /** Makes the message the request for a provider's models, which nothing that was in it before can steer. */
    public void ask(Exchange exchange) {
        Message request = exchange.getMessage();
        String name = request.getHeader(CaravanExchange.PROVIDER, String.class);
        withoutControl(request);
        ModelListPath.of(providers.named(name).dialect())
                .flatMap(ModelListPath::query)
                .ifPresent(query -> request.setHeader(Exchange.HTTP_QUERY, query));
        request.setBody("");
    }

    /** Removes what would tell an HTTP call where to go, however it is spelt. */
    private static void withoutControl(Message message) {
        message.getHeaders().keySet().removeIf(Steering::steersHttp);
    }

    /** The models in a provider's answer, each as {@code provider/model}, as the body. */
    public void read(Exchange exchange) throws IOException {
        String name = exchange.getMessage().getHeader(CaravanExchange.PROVIDER, String.class);
        InputStream body = exchange.getMessage().getBody(InputStream.class);
        List<String> models = body == null ? List.of() : providers.named(name).models(body);
        exchange.getMessage()
                .setBody(models.stream().map(model -> name + "/" + model).toList());
    }

    /** One list of what the providers have; one that does not answer has none. */
    @Override
    @SuppressWarnings("unchecked")
    public Exchange aggregate(Exchange all, Exchange one) {
        List<String> models =
                new ArrayList<>(all == null ? List.of() : all.getMessage().getBody(List.class));
        boolean failed = one.getException() != null;
        if (!failed) {
            models.addAll(one.getMessage().getBody(List.class));
        }
        Exchange list = all == null ? one : all;
        list.setException(null);
        withoutControl(list.getMessage());
        list.getMessage().setBody(Collections.unmodifiableList(models));
        if (!failed) {
            list.setProperty(ANSWERED, true);
        }
        return list;
    }

    /** The failure of a request for a model that is not there, with the models that are. */
    @SuppressWarnings("unchecked")
    static RejectedException explained(RejectedException failure, CamelContext context) {
        try (ProducerTemplate models = context.createProducerTemplate()) {
            List<String> names = models.requestBody("direct:models", "", List.class);
            String some = names.stream().limit(MOST_IN_A_MESSAGE).collect(Collectors.joining(", "));
            return new RejectedException(
                    failure.code(),
                    failure.getMessage() + "; there are: " + some + (names.size() > MOST_IN_A_MESSAGE ? ", ..." : ""),
                    failure.reason());
        } catch (CamelExecutionException | IOException e) {
            return failure; // it says the most important as it is
        }
    }

    /** The event that lists the models, as the body. */
    @SuppressWarnings("unchecked")
    public void event(Exchange exchange) {
        if (!exchange.getProperty(ANSWERED, false, Boolean.class)) {
            throw new UnavailableException(ErrorCode.PROVIDER_UNAVAILABLE, "no provider has told its models");
        }
        List<String> models = exchange.getMessage().getBody(List.class);
        exchange.getMessage().setBody(CaravanExchange.events(exchange).models(models));
    }
}
