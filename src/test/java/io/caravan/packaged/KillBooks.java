package io.caravan.packaged;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.broker.Queues;
import io.caravan.demo.Pace;
import io.caravan.demo.Question;
import io.caravan.demo.Reply;
import io.caravan.demo.Words;
import io.caravan.reliability.QueueBooks;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Gives work to programs that are about to be killed, as prompts of a queue or as lines of batches, and keeps books of what
 * the model was asked and what came of it. A prompt's text is its id. Not thread-safe, but for the model.
 */
final class KillBooks {

    private static final JsonMapper JSON = new JsonMapper();

    private static final int AT_ONCE = 20;

    private final QueueBooks books = new QueueBooks();
    private final Map<String, String> failed = new HashMap<>();
    private final Map<String, String> dead = new HashMap<>();
    private final int leastMillis;
    private final int mostMillis;
    private final long begun = System.nanoTime();

    /** The model needs so long for an answer. */
    KillBooks(Duration least, Duration most) {
        leastMillis = (int) least.toMillis();
        mostMillis = (int) most.toMillis();
    }

    /** So many ids that begin in the same way. */
    static String[] ids(String prefix, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    /** The model's script. */
    Reply answer(Question question) {
        books.called(question.prompt());
        int time = ThreadLocalRandom.current().nextInt(leastMillis, mostMillis + 1);
        return Reply.of(Words.of(answerTo(question.prompt())), Pace.steady(Duration.ofMillis(time), Duration.ZERO));
    }

    private static String answerTo(String prompt) {
        return "an answer to " + prompt;
    }

    /** Puts prompts into their queue. */
    void send(ConnectionFactory broker, String... prompts) throws JMSException {
        try (JMSContext jms = broker.createContext(JMSContext.SESSION_TRANSACTED)) {
            for (int next = 0; next < prompts.length; ) {
                next = sendSome(jms, prompts, next);
            }
        }
    }

    /**
     * The same, through all that happens to the broker. Whether prompts were taken in whose sending failed cannot be known, so
     * none is sent twice.
     */
    void sendThroughOutages(ConnectionFactory broker, String... prompts) {
        int next = 0;
        while (next < prompts.length) {
            try (JMSContext jms = broker.createContext(JMSContext.SESSION_TRANSACTED)) {
                while (next < prompts.length) {
                    int from = next;
                    next = Math.min(from + AT_ONCE, prompts.length);
                    sendSome(jms, prompts, from);
                }
            } catch (JMSException | JMSRuntimeException e) {
                await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            }
        }
    }

    /** All of these or none; returns where to go on. */
    private int sendSome(JMSContext jms, String[] prompts, int from) throws JMSException {
        List<String> some = Arrays.asList(prompts).subList(from, Math.min(from + AT_ONCE, prompts.length));
        for (String prompt : some) {
            Message message = jms.createTextMessage(prompt);
            message.setJMSCorrelationID(prompt);
            books.tried(prompt);
            jms.createProducer().send(jms.createQueue(Queues.PROMPTS), message);
        }
        jms.commit();
        some.forEach(books::acknowledged);
        return from + some.size();
    }

    /** Takes what has come of the prompts out of its queues. */
    void read(ConnectionFactory broker) throws JMSException {
        try (JMSContext jms = broker.createContext()) {
            try (JMSConsumer answers = jms.createConsumer(jms.createQueue(Queues.ANSWERS))) {
                for (Message answer; (answer = answers.receive(1_000)) != null; ) {
                    answered(answer);
                }
            }
            try (JMSConsumer asides = jms.createConsumer(jms.createQueue(Queues.DEAD_PROMPTS))) {
                for (Message aside; (aside = asides.receive(1_000)) != null; ) {
                    dead.put(aside.getJMSCorrelationID(), aside.getStringProperty("CaravanError"));
                }
            }
        }
    }

    private void answered(Message answer) throws JMSException {
        String id = answer.getJMSCorrelationID();
        if (answer.propertyExists("CaravanError")) {
            failed.put(id, answer.getStringProperty("CaravanError"));
            books.ended(id);
        } else {
            ended(id, answer.getBody(String.class));
        }
    }

    /** What does not answer its prompt was sent by nobody. */
    private void ended(String id, String text) {
        books.ended(text.equals(answerTo(id)) ? id : id + " with the text " + text);
    }

    /** A batch with a line for each id. */
    String batch(String... ids) {
        StringBuilder lines = new StringBuilder();
        for (String id : ids) {
            books.acknowledged(id);
            lines.append("{\"custom_id\":\"")
                    .append(id)
                    .append("\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":")
                    .append("{\"messages\":[{\"role\":\"user\",\"content\":\"")
                    .append(id)
                    .append("\"}]}}\n");
        }
        return lines.toString();
    }

    /** Enters the output of a batch, and its errors where there are any; returns the ids in the order of the output. */
    List<String> read(Path output, Path errors) {
        List<String> ids = new ArrayList<>();
        lines(output).forEach(line -> {
            String id = line.path("custom_id").asText();
            ids.add(id);
            ended(id, line.at("/response/body/choices/0/message/content").asText());
        });
        if (Files.exists(errors)) {
            lines(errors).forEach(line -> {
                failed.put(
                        line.path("custom_id").asText(), line.at("/error/code").asText());
                books.ended(line.path("custom_id").asText());
            });
        }
        return ids;
    }

    /** The ids in a file of output, which is whole. */
    static List<String> ids(Path output) {
        return lines(output).stream()
                .map(line -> line.path("custom_id").asText())
                .toList();
    }

    private static List<JsonNode> lines(Path file) {
        try {
            List<JsonNode> lines = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                lines.add(JSON.readTree(line));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that were answered with an error, with its code. */
    Map<String, String> failed() {
        return Collections.unmodifiableMap(failed);
    }

    /** Those that were set aside, with the code that says why. */
    Map<String, String> dead() {
        return Collections.unmodifiableMap(dead);
    }

    QueueBooks.Verdict verdict() {
        return books.verdict();
    }

    /** Prints what was counted, and adds it to {@code target/kills.md}. */
    QueueBooks.Verdict publish(String what, int kills, String besides) {
        QueueBooks.Verdict verdict = books.verdict();
        Figures figures = new Figures(
                what, kills, verdict, failed.size(), dead.size(), Duration.ofNanos(System.nanoTime() - begun), besides);
        figures.publish(Path.of("target", "kills.md"));
        return verdict;
    }
}
