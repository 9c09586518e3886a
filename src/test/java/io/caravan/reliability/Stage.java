package io.caravan.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.Inside;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A running program between two fault servers and a caller: where the rows of one platform are played. */
final class Stage implements AutoCloseable {

    /** The first provider's server. */
    final FaultServer a = FaultServer.start();
    /** The server of the provider behind it, where there is one. */
    final FaultServer b = FaultServer.start();

    private final Path folder;
    private final Platform platform;
    private final TestApp app;
    private final Inside inside;
    private final AtomicInteger tokens = new AtomicInteger();
    private String figures = "";

    Stage(Platform platform, Path folder) {
        this.folder = folder;
        this.platform = platform;
        TestApp.Builder builder = TestApp.in(folder).set(platform.settings());
        add(builder, "a", a);
        if (platform.providers() == 2) {
            add(builder, "b", b);
        }
        if (platform.equals(Platform.TOOLED)) {
            builder.routes(Path.of("src/test/resources/tools"));
        }
        this.app = builder.start();
        this.inside = Inside.of(app);
    }

    private void add(TestApp.Builder builder, String name, FaultServer server) {
        String[] settings = platform.settings(name);
        if (platform.type().equals("ollama")) {
            builder.ollama(name, server.url("ollama"), settings);
        } else {
            builder.openAi(name, server.url("openai"), settings);
        }
    }

    /** Plays a row as if the program had just started; afterwards nothing of it may be left. Returns its figures. */
    String play(Row row) throws Exception {
        inside.reset();
        a.reset();
        b.reset();
        figures = "";
        tokens.set(0);
        row.scene().play(this);
        inside.awaitNoRequests();
        return figures;
    }

    /** Asks the first provider, and hears the answer to its end. */
    Seen ask() {
        try (ChatClient client = app.connect()) {
            return ask(client);
        }
    }

    Seen ask(ChatClient client) {
        long start = System.nanoTime();
        List<JsonNode> events = new ArrayList<>();
        client.chat("r1", "hello");
        do {
            events.add(client.next("r1"));
            tokens.set(tokensIn(ChatClient.text(events)));
        } while (!ChatClient.last(events).path("status").asText().matches("complete|error"));
        assertThat(client.silent("r1")).as("nothing after the end").isTrue();
        return new Seen(events, Duration.ofNanos(System.nanoTime() - start));
    }

    /** The answer breaks off once the caller has seen so many tokens: a reset may overtake what was sent before it. */
    Act cutOnceSeen(int after, Cut how) {
        return Acts.cut(after, line -> {
            await().until(() -> tokens.get() >= after);
            how.on(line);
        });
    }

    /** In however many chunks they came: the first ones after a seam come in one. */
    private static int tokensIn(String text) {
        return (int) text.chars().filter(c -> c == ' ').count();
    }

    ChatClient connect() {
        return app.connect();
    }

    TestApp app() {
        return app;
    }

    Inside inside() {
        return inside;
    }

    Path folder() {
        return folder;
    }

    /** How often each server was asked, exactly. */
    void called(int first, int second) {
        note("calls " + a.asked().size()
                + (platform.providers() == 2 ? " + " + b.asked().size() : ""));
        assertThat(a.asked()).as("calls to a").hasSize(first);
        assertThat(b.asked()).as("calls to b").hasSize(second);
    }

    /** A figure for the card. */
    void note(String figure) {
        figures = figures.isEmpty() ? figure : figures + ", " + figure;
    }

    @Override
    public void close() {
        app.close();
        a.close();
        b.close();
    }
}
