package io.caravan.testing;

import io.caravan.App;
import io.caravan.StartException;
import io.caravan.camel.ChatThreads;
import io.caravan.camel.reload.RouteFolders;
import io.caravan.demo.ScriptedModel;
import io.caravan.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The whole program with its shipped routes, on free ports and in a work dir of its own. */
public final class TestApp implements AutoCloseable {

    private final App app;
    private final Path workDir;
    private final Management management = new Management(freePort());

    private TestApp(Builder builder) {
        workDir = builder.workDir;
        List<String> sets = new ArrayList<>(List.of(
                "caravan.port=0",
                "caravan.management.port=" + management.port(),
                "caravan.work-dir=" + workDir,
                "caravan.providers=" + String.join(",", builder.providers)));
        if (!builder.queues) {
            // what is not tested costs nothing
            sets.addAll(List.of("caravan.queue.consumers=0", "caravan.batch.consumers=0"));
        }
        sets.addAll(builder.sets);
        Settings settings = Settings.load(Optional.empty(), Map.of(), sets, ChatThreads.virtual());
        try {
            app = App.start(settings, RouteFolders.of(Path.of("routes"), builder.routes));
        } catch (StartException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** A program in a work dir of its own. */
    public static Builder in(Path workDir) {
        return new Builder(workDir);
    }

    /** A port nobody listens on, nor will: it is not among those that are given out. */
    public static int closedPort() {
        return 1;
    }

    /** Test programs that run side by side have ports of their own. */
    private static final int FREE_PORTS = 4_000;

    private static final int FREE_PORTS_FROM = 20_000 + FREE_PORTS * Integer.getInteger("caravan.test-program", 0);

    /** A port nobody listens on at this moment; by chance, and none of those that are given out to whoever wants any. */
    public static int freePort() {
        while (true) {
            int port = FREE_PORTS_FROM + ThreadLocalRandom.current().nextInt(FREE_PORTS);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // the next one then
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public App app() {
        return app;
    }

    public ChatClient connect() {
        return ChatClient.connect(uri("/ws/chat"));
    }

    public URI uri(String pathAndQuery) {
        return URI.create("ws://127.0.0.1:" + app.port() + pathAndQuery);
    }

    /** What the management port answers, whatever its status. */
    public HttpResponse<String> manage(String path) {
        return management.get(path);
    }

    /** The sum of all series of a metric whose labels hold this text. */
    public double metric(String name, String labels) {
        return management.metric(name, labels);
    }

    /** Drops a prompt file, whole, as a well-behaved program does. */
    public void drop(String name, String prompt) throws IOException {
        drop(name, prompt.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    public void drop(String name, byte[] prompt) throws IOException {
        Path unfinished = Files.write(workDir.resolve(name), prompt);
        Files.move(unfinished, inbox(name));
    }

    public Path inbox(String name) {
        return workDir.resolve("inbox").resolve(name);
    }

    public Path outbox(String name) {
        return workDir.resolve("outbox").resolve(name);
    }

    public Path done(String name) {
        return workDir.resolve("done").resolve(name);
    }

    public Path failed(String name) {
        return workDir.resolve("failed").resolve(name);
    }

    /** Stops it as a signal does. */
    public void stop(Duration grace) {
        app.stop(grace);
    }

    @Override
    public void close() {
        app.close();
    }

    /** What may be chosen before the start. */
    public static final class Builder {

        private final Path workDir;
        private final List<String> providers = new ArrayList<>();
        private final List<String> sets = new ArrayList<>();
        private boolean queues;
        private final List<Path> routes = new ArrayList<>();

        private Builder(Path workDir) {
            this.workDir = workDir;
        }

        /** A provider that speaks Ollama's protocol, with settings of its own: {@code max-retries=0}. */
        public Builder ollama(String name, URI url, String... own) {
            return provider(name, "ollama", url, own);
        }

        public Builder ollama(ScriptedModel model, String... own) {
            return ollama("ollama", model.url(), own);
        }

        public Builder openAi(String name, URI url, String... own) {
            return provider(name, "openai", url, own);
        }

        public Builder anthropic(String name, URI url, String... own) {
            return provider(name, "anthropic", url, own);
        }

        public Builder gemini(String name, URI url, String... own) {
            return provider(name, "gemini", url, own);
        }

        private Builder provider(String name, String type, URI url, String... own) {
            set("caravan.provider." + name + ".model=scripted");
            return server(name, type, url, own);
        }

        /** An agent backend, which has no model to name. */
        public Builder agent(String name, URI url, String... own) {
            return server(name, "agent", url, own);
        }

        private Builder server(String name, String type, URI url, String... own) {
            providers.add(name);
            set("caravan.provider." + name + ".type=" + type, "caravan.provider." + name + ".url=" + url);
            set("caravan.provider." + name + ".retry-backoff=10ms");
            for (String setting : own) {
                set("caravan.provider." + name + "." + setting);
            }
            return this;
        }

        /** It takes prompts and lines of batches from its queues, too. */
        public Builder withQueues() {
            queues = true;
            return this;
        }

        /** Settings, {@code KEY=VALUE} each. */
        public Builder set(String... settings) {
            sets.addAll(List.of(settings));
            return this;
        }

        /** A folder with routes of a team's own. */
        public Builder routes(Path folder) {
            routes.add(folder);
            return this;
        }

        public TestApp start() {
            return new TestApp(this);
        }
    }
}
