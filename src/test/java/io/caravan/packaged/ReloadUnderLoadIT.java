package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each route on the way of a chunk is saved while answers stream; one that ends is followed by the next at once. */
final class ReloadUnderLoadIT {

    private static final List<String> ROUTES = List.of(
            "in-websocket",
            "chat-stream",
            "chat",
            "question",
            "complete",
            "started",
            "llm-ollama",
            "reply",
            "reply-websocket");
    private static final int CONNECTIONS = 10;
    private static final int CHUNKS = 20;

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final ScriptedModel model = ScriptedModel.builder()
            .script(Script.always(Reply.of(new Words(CHUNKS, i -> " " + i), Pace.perSecond(10))))
            .start();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> next = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean more = true;

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    @Test
    void breaksNoneOf100StreamsWhileEachRouteIsSaved() throws IOException {
        saveEachRouteUnder(100, Duration.ofSeconds(6));
    }

    @Test
    @EnabledIfSystemProperty(named = "caravan.load", matches = "true", disabledReason = "-Dcaravan.load=true")
    void breaksNoneOf500StreamsWhileEachRouteIsSaved() throws IOException {
        saveEachRouteUnder(500, Duration.ofSeconds(20));
    }

    private void saveEachRouteUnder(int streams, Duration time) throws IOException {
        Path mine = Files.createDirectories(site.folder().resolve("mine"));
        Packaged program = site.run(
                model, "--routes", "mine", "--set", "caravan.max-concurrent=1000", "--set", "caravan.log.level=info");
        List<Caller> callers =
                Stream.generate(() -> connect(program.url())).limit(CONNECTIONS).toList();
        for (int i = 0; i < streams; i++) {
            ask(callers.get(i % CONNECTIONS));
        }
        callers.get(0).awaitChunk("0");
        long begin = System.nanoTime();

        for (int i = 0; i < ROUTES.size(); i++) {
            save(mine, ROUTES.get(i), program);
            long due = begin + time.toNanos() * (i + 1) / ROUTES.size();
            await().until(() -> System.nanoTime() >= due);
        }
        more = false;

        await().until(() -> answered.get() >= asked.get() || !wrong.isEmpty());
        assertThat(wrong).isEmpty();
        assertThat(answered.get()).isEqualTo(asked.get()).isGreaterThan(streams);
        assertThat(callers).noneMatch(Caller::isClosed);
        assertThat(program.errors()).noneMatch(line -> line.contains("\"ERROR\"") || line.contains("\"WARN\""));
        callers.forEach(Caller::close);
    }

    /** Saves a route that does the same as before in other words, and waits until it is live. */
    private static void save(Path folder, String route, Packaged program) {
        int before = program.errors().size();
        String shipped = Site.read(Distribution.folder().resolve("routes/" + route + ".camel.yaml"));
        Site.put(
                folder.resolve(route + ".camel.yaml"),
                shipped.replaceFirst(
                        "( +)steps:\n",
                        "$1steps:\n$1  - setProperty:\n$1      name: saved\n$1      constant: " + route + "\n"));
        await().until(() -> program.errors().stream()
                .skip(before)
                .anyMatch(line ->
                        line.contains("Routes live: " + route + "\"") || line.contains("Routes live: " + route + ",")));
    }

    private Caller connect(String url) {
        Caller[] self = new Caller[1];
        self[0] = Caller.connect(url, event -> heard(self[0], event));
        return self[0];
    }

    private void ask(Caller caller) {
        String id = Integer.toString(asked.getAndIncrement());
        next.put(id, 0);
        caller.ask(id, "count");
    }

    private void heard(Caller caller, JsonNode event) {
        String id = event.path("request_id").asText();
        switch (event.path("status").asText()) {
            case "processing" -> {}
            case "chunk" -> {
                int index = event.at("/chunk/metadata/index").asInt();
                if (next.merge(id, 1, Integer::sum) != index + 1
                        || !event.at("/chunk/data").asText().equals(" " + index)) {
                    wrong.add(event.toString());
                }
            }
            case "complete" -> {
                answered.incrementAndGet();
                if (next.getOrDefault(id, 0) != CHUNKS) {
                    wrong.add(id + " has " + next.get(id) + " chunks");
                }
                if (more) {
                    ask(caller);
                }
            }
            default -> wrong.add(event.toString());
        }
    }
}
