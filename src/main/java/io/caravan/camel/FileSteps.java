package io.caravan.camel;

import io.caravan.camel.reload.RouteIds;
import io.caravan.chat.ChatEvent;
import io.caravan.chat.Event;
import io.caravan.failure.CaravanException;
import io.caravan.failure.Failures;
import io.caravan.failure.InternalException;
import io.caravan.failure.RejectedException;
import io.caravan.files.AnswerFiles;
import io.caravan.files.FileVersion;
import io.caravan.files.Patience;
import io.caravan.files.StorageException;
import io.caravan.limit.Times;
import io.caravan.operate.Journal;
import java.io.File;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFileFilter;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of routes that take prompts from files, and of those that keep what failed. */
public final class FileSteps {

    /** A prompt file may be this long; what is longer than any model reads is not a prompt. */
    private static final long LONGEST_PROMPT = 4 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(FileSteps.class);
    private static final String ANSWER = "CaravanAnswerFile";
    private static final String RESTING_PLACE = "restingPlace";
    private static final String PROMPT = "prompt";
    private static final String PROMPT_FILE = "promptFile";
    private static final String VERSION = "promptVersion";

    private final AnswerFiles files;
    private final Patience patience;
    private final Journal journal;
    private final BooleanSupplier stopping;

    /** @param stopping whether the program is about to end */
    public FileSteps(AnswerFiles files, Patience patience, Journal journal, BooleanSupplier stopping) {
        this.files = files;
        this.patience = patience;
        this.journal = journal;
        this.stopping = stopping;
    }

    /** Whether a file may be taken now: not while the program stops, nor soon after it could not be brought to an end. */
    public GenericFileFilter<File> mayBeTaken() {
        return file -> !stopping.getAsBoolean() && patience.over(file.getFileNameOnly());
    }

    /** Begins the answer to the prompt file that the message is, and makes the message its text. */
    public void begin(Exchange exchange) throws IOException {
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY, String.class);
        Path prompt = exchange.getMessage().getBody(File.class).toPath();
        exchange.setVariable(PROMPT, name);
        exchange.setVariable(PROMPT_FILE, prompt);
        exchange.setVariable(VERSION, FileVersion.of(prompt));
        String answer = files.begin(name);
        exchange.setVariable(ANSWER, answer);
        exchange.getMessage().setHeader(ANSWER, answer);
        if (Files.size(prompt) > LONGEST_PROMPT) {
            throw RejectedException.invalid("the prompt is longer than 4 MiB");
        }
        try {
            exchange.getMessage().setBody(withoutMark(Files.readString(prompt)));
        } catch (CharacterCodingException e) {
            throw RejectedException.invalid("the prompt is not a text in UTF-8");
        }
    }

    /** The mark that some editors put before a text in UTF-8 is no part of the prompt. */
    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** Appends the text of an event to the growing answer; what is not text of the answer is left out. */
    public void append(Exchange exchange) {
        Event event = Event.read(exchange.getMessage().getBody(String.class));
        if (event.status().equals("chunk") && event.chunk() instanceof ChatEvent.Text text) {
            files.append(exchange.getMessage().getHeader(ANSWER, String.class), text.data());
        }
    }

    /** Gives the whole answer its name; the variable {@code restingPlace} says where the prompt goes. */
    public void publish(Exchange exchange) throws IOException {
        String prompt = exchange.getVariable(PROMPT, String.class);
        boolean changed = FileVersion.changed(
                exchange.getVariable(PROMPT_FILE, Path.class), exchange.getVariable(VERSION, String.class));
        Path place = files.publish(exchange.getMessage().getHeader(ANSWER, String.class), prompt, changed);
        exchange.setVariable(RESTING_PLACE, place.toString());
        patience.settled(prompt);
    }

    /** Keeps what a flow failed on, with its cause. */
    public void setAside(Exchange exchange) {
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        CaravanException why = Failures.of(caught);
        String door = RouteIds.shown(String.valueOf(exchange.getFromRouteId()));
        if (why instanceof InternalException surprise && CaravanExchange.call(exchange) == null) {
            journal.surprised(door, surprise);
        }
        String prompt = exchange.getVariable(PROMPT, String.class);
        try {
            if (prompt == null) {
                setAside(exchange, door, why);
            } else if (why.retryable() && stopping.getAsBoolean()) {
                leave(exchange);
            } else if (ObjectHelper.getException(StorageException.class, caught) != null) {
                leaveAlone(exchange, prompt, String.valueOf(caught.getMessage()));
            } else {
                Path place = files.fail(exchange.getVariable(ANSWER, String.class), prompt, why);
                exchange.setVariable(RESTING_PLACE, place.toString());
                patience.settled(prompt);
            }
        } catch (StorageException e) {
            leaveAlone(exchange, prompt == null ? door : prompt, String.valueOf(e.getMessage()));
        }
    }

    private void setAside(Exchange exchange, String door, CaravanException why) {
        byte[] message = exchange.getContext()
                .getTypeConverter()
                .tryConvertTo(byte[].class, exchange, exchange.getVariable("original"));
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY, exchange.getExchangeId(), String.class);
        files.setAside(door, name, message == null ? new byte[0] : message, why);
    }

    /** Not handled: what came in stays where it is, and is asked again. */
    private void leave(Exchange exchange) {
        String answer = exchange.getVariable(ANSWER, String.class);
        if (answer != null) {
            files.discard(answer);
        }
        exchange.getExchangeExtension().setErrorHandlerHandled(false);
    }

    private void leaveAlone(Exchange exchange, String prompt, String why) {
        Duration pause = patience.failed(prompt);
        LOG.error("{} cannot be brought to an end, and is left alone for {}: {}", prompt, Times.plain(pause), why);
        try {
            leave(exchange);
        } catch (StorageException e) {
            exchange.getExchangeExtension().setErrorHandlerHandled(false);
        }
    }
}
