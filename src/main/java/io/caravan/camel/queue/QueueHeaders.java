package io.caravan.camel.queue;

import io.caravan.camel.CaravanExchange;
import io.caravan.camel.header.Steering;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The properties of messages in queues that Caravan reads and writes. */
public final class QueueHeaders {

    /** In: whether each chunk is to be sent at once. The only one of ours that is taken from outside. */
    public static final String STREAM = "CaravanStream";

    /** Out: which delivery of the prompt was answered; what came of a lower one is void. */
    static final String ATTEMPT = "CaravanAttempt";
    /** Out: the place of an event among those of its attempt, from 0. */
    static final String INDEX = "CaravanIndex";
    /** Out: whether it is the last event of its attempt. */
    static final String LAST = "CaravanLast";

    /** Out: the code of the failure. */
    static final String ERROR = "CaravanError";
    /** On a prompt that was set aside: why, in words. */
    static final String ERROR_MESSAGE = "CaravanErrorMessage";
    /** On a prompt that was set aside: how often it was delivered. */
    static final String DELIVERIES = "CaravanDeliveries";
    /** On a prompt that was set aside: the {@code JMSMessageID} it had. */
    static final String MESSAGE_ID = "CaravanMessageId";

    /** What is told of an answer. */
    static final List<String> OUTCOME = List.of(
            CaravanExchange.REQUEST_ID,
            CaravanExchange.PROVIDER,
            CaravanExchange.MODEL,
            CaravanExchange.FINISH_REASON,
            CaravanExchange.PROMPT_TOKENS,
            CaravanExchange.COMPLETION_TOKENS,
            CaravanExchange.ATTEMPTS);

    /** What Caravan says of a message that it sends, and nothing goes by: all but the model, which a route may ask for. */
    static final Set<String> TOLD = Stream.concat(
                    OUTCOME.stream().filter(name -> !name.equals(CaravanExchange.MODEL)),
                    Stream.of(ATTEMPT, INDEX, LAST, ERROR, ERROR_MESSAGE, DELIVERIES, MESSAGE_ID))
            .collect(Collectors.toUnmodifiableSet());

    private QueueHeaders() {}

    /** Whether a header from outside would tell Camel or Caravan what to do, other than the one wish that is granted. */
    public static boolean steers(String name) {
        return Steering.steers(name) && !name.equalsIgnoreCase(STREAM);
    }
}
