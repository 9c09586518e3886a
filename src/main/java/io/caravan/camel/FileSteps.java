package io.caravan.camel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.failure.Failures;
import io.caravan.failure.RejectedException;
import io.caravan.files.AnswerFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.Exchange;

/** The steps of routes that take prompts from files, and of those that keep what failed. */
public final class FileSteps {

    /** A prompt file may be this long; what is longer than any model reads is not a prompt. */
    private static final long LONGEST_PROMPT = 4 * 1024 * 1024;

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ANSWER = "CaravanAnswerFile";
    private static final String RESTING_PLACE = "restingPlace";

    private final AnswerFiles files;

    public FileSteps(AnswerFiles files) {
        this.files = files;
    }

    /** Begins the answer to the prompt file that the message is. */
    public void begin(Exchange exchange) {
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY, String.class);
        exchange.setVariable("prompt", name);
        exchange.getMessage().setHeader(ANSWER, files.begin(name));
        Long length = exchange.getMessage().getHeader(Exchange.FILE_LENGTH, Long.class);
        if (length != null && length > LONGEST_PROMPT) {
            throw RejectedException.invalid("the prompt is longer than 4 MiB");
        }
    }

    /** Appends the text of an event to the growing answer; what is not text of the answer is left out. */
    public void append(Exchange exchange) throws IOException {
        JsonNode event = JSON.readTree(exchange.getMessage().getBody(String.class));
        JsonNode chunk = event.path("chunk");
        if (chunk.path("type").asText().equals("text")) {
            files.append(
                    exchange.getMessage().getHeader(ANSWER, String.class),
                    chunk.path("data").asText());
        }
    }

    /** Gives the whole answer its name; the variable {@code restingPlace} says where the prompt goes. */
    public void publish(Exchange exchange) {
        Path place = files.publish(
                exchange.getMessage().getHeader(ANSWER, String.class), exchange.getVariable("prompt", String.class));
        exchange.setVariable(RESTING_PLACE, place.toString());
    }

    /** Keeps what a flow failed on, with its cause; not what a WebSocket client asked, who has been told. */
    public void setAside(Exchange exchange) {
        if (CaravanExchange.events(exchange) != null) {
            return;
        }
        var why = Failures.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
        String answer = exchange.getMessage().getHeader(ANSWER, String.class);
        if (answer != null) {
            Path place = files.fail(answer, exchange.getVariable("prompt", String.class), why);
            exchange.setVariable(RESTING_PLACE, place.toString());
            return;
        }
        byte[] message = exchange.getUnitOfWork().getOriginalInMessage().getBody(byte[].class);
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY, exchange.getExchangeId(), String.class);
        files.setAside(String.valueOf(exchange.getFromRouteId()), name, message == null ? new byte[0] : message, why);
    }
}
