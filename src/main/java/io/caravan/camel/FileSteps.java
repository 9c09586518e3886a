package io.caravan.camel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.camel.reload.RouteIds;
import io.caravan.failure.Failures;
import io.caravan.failure.RejectedException;
import io.caravan.files.AnswerFiles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;

/** The steps of routes that take prompts from files, and of those that keep what failed. */
public final class FileSteps {

    /** A prompt file may be this long; what is longer than any model reads is not a prompt. */
    private static final long LONGEST_PROMPT = 4 * 1024 * 1024;

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ANSWER = "CaravanAnswerFile";
    private static final String RESTING_PLACE = "restingPlace";

    private final AnswerFiles files;
    private final BooleanSupplier stopping;

    /** @param stopping whether the program is about to end */
    public FileSteps(AnswerFiles files, BooleanSupplier stopping) {
        this.files = files;
        this.stopping = stopping;
    }

    /** Begins the answer to the prompt file that the message is, and makes the message its text. */
    public void begin(Exchange exchange) throws IOException {
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY, String.class);
        exchange.setVariable("prompt", name);
        String answer = files.begin(name);
        exchange.setVariable(ANSWER, answer);
        exchange.getMessage().setHeader(ANSWER, answer);
        Long length = exchange.getMessage().getHeader(Exchange.FILE_LENGTH, Long.class);
        if (length != null && length > LONGEST_PROMPT) {
            throw RejectedException.invalid("the prompt is longer than 4 MiB");
        }
        try {
            exchange.getMessage()
                    .setBody(Files.readString(
                            exchange.getMessage().getBody(File.class).toPath()));
        } catch (CharacterCodingException e) {
            throw RejectedException.invalid("the prompt is not a text in UTF-8");
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

    /** Keeps what a flow failed on, with its cause. */
    public void setAside(Exchange exchange) {
        var why = Failures.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
        if (why.retryable() && stopping.getAsBoolean()) {
            // Not handled: what came in stays where it is, and is asked again at the next start.
            exchange.getExchangeExtension().setErrorHandlerHandled(false);
            return;
        }
        String answer = exchange.getVariable(ANSWER, String.class);
        if (answer != null) {
            Path place = files.fail(answer, exchange.getVariable("prompt", String.class), why);
            exchange.setVariable(RESTING_PLACE, place.toString());
            return;
        }
        byte[] message = exchange.getContext()
                .getTypeConverter()
                .tryConvertTo(byte[].class, exchange, exchange.getVariable("original"));
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY, exchange.getExchangeId(), String.class);
        files.setAside(
                RouteIds.shown(String.valueOf(exchange.getFromRouteId())),
                name,
                message == null ? new byte[0] : message,
                why);
    }
}
