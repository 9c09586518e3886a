package io.caravan.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.util.List;
import java.util.Random;

/** Asks one thing after the other; now and then cancels, or leaves and comes back. Checks every answer. */
final class SoakCaller implements Runnable {

    private static final int ON_ONE_CONNECTION = 50;

    private final TestApp app;
    private final int requests;
    private final Random random;
    private final Books books;
    private ChatClient client;

    SoakCaller(TestApp app, int requests, Random random, Books books) {
        this.app = app;
        this.requests = requests;
        this.random = random;
        this.books = books;
        this.client = app.connect();
    }

    @Override
    public void run() {
        for (int i = 0; i < requests; i++) {
            books.started.incrementAndGet();
            String id = "r" + i;
            client.chat(id, question());
            int mood = random.nextInt(100);
            if (mood < 5) {
                leave(id);
            } else {
                end(id, mood < 12);
            }
            if (i % ON_ONE_CONNECTION == ON_ONE_CONNECTION - 1) {
                client.close();
                client = app.connect();
            }
        }
        client.close();
    }

    /** Of half of them either provider may answer; the others name the one they want, and get it or an error. */
    private JsonNode question() {
        ObjectNode question = ChatClient.object().put("text", "hello");
        return random.nextBoolean() ? question : question.put("model", random.nextBoolean() ? "a/m" : "b/m");
    }

    private void leave(String id) {
        client.until(id, "processing");
        client.vanish();
        books.left.incrementAndGet();
        client = app.connect();
    }

    private void end(String id, boolean cancels) {
        if (cancels) {
            client.send("cancel", id);
        }
        List<JsonNode> events = client.all(id);
        JsonNode end = ChatClient.last(events);
        String text = ChatClient.text(events);
        if (end.path("status").asText().equals("complete")) {
            assertThat(text).as("an answer that was passed off as whole").isEqualTo(Acts.WHOLE);
            books.completed.incrementAndGet();
        } else {
            assertThat(Acts.WHOLE).as("what came before the error").startsWith(text);
            assertThat(end.at("/error/partial").asBoolean()).isEqualTo(!text.isEmpty());
            (end.at("/error/code").asText().equals("cancelled") ? books.cancelled : books.failed).incrementAndGet();
        }
    }
}
