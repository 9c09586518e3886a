package io.caravan.demo;

import io.caravan.demo.Ending.How;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A server that speaks the wire protocols of Ollama, OpenAI, Anthropic, Gemini and agent backends, and answers from a
 * script, on loopback only.
 *
 * <p>It is no language model and no agent, and says so. It shows what Caravan does before a model is installed, plays the failing
 * server in tests, and stands in for many models under load: all its streams share one event loop and one timer.
 * Thread-safe; to be started and closed off the event loop.
 */
public final class ScriptedModel implements AutoCloseable {

    /** What an answer sounds like when nothing else is said: about 25 words a second. */
    public static final Pace TALKING = Pace.steady(Duration.ofMillis(150), Duration.ofMillis(40));

    private static final int BACKLOG = 16_384;

    private final Traffic traffic;
    private final Faults faults = new Faults();
    private final Map<HttpConnection, Integer> connections = new HashMap<>();
    private final Optional<Vertx> own;
    private final Context loop;
    private final Endpoints endpoints;
    private final HttpServer server;

    private ScriptedModel(Builder builder) {
        this.own = builder.vertx.isPresent()
                ? Optional.empty()
                : Optional.of(Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)));
        Vertx vertx = builder.vertx.or(() -> own).orElseThrow();
        this.traffic = new Traffic(builder.memory);
        this.loop = vertx.getOrCreateContext();
        Models models = new Models(builder.models);
        Stage stage = new Stage(builder.script, new Ticker(vertx));
        this.endpoints = new Endpoints(
                new OllamaApi(models, stage),
                new OpenAiApi(models, stage),
                new AnthropicApi(models, stage),
                new GeminiApi(models, stage),
                new AgentApi(stage));
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(builder.port)
                        .setAcceptBacklog(BACKLOG)
                        .setHttp2ClearTextEnabled(false)
                        .setHandle100ContinueAutomatically(true))
                .connectionHandler(this::connected)
                .requestHandler(this::received);
    }

    /** What may be chosen before the start. */
    public static Builder builder() {
        return new Builder();
    }

    /** Small talk on a free port, at a talking pace. */
    public static ScriptedModel start() {
        return builder().start();
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** Where it listens: what a provider of type {@code ollama}, {@code anthropic}, {@code gemini} or {@code agent} has as its URL. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** What a provider of type {@code openai} has as its URL. */
    public URI openAiUrl() {
        return url().resolve("/v1");
    }

    /** Orders a fault each for the next questions, after those ordered before. Other requests take none. */
    public void next(Fault... ordered) {
        faults.next(List.of(ordered));
    }

    /** Orders a fault for all requests, of any path, that fulfil a condition; it goes before those in the queue. */
    public void when(Predicate<Call> condition, Fault fault) {
        faults.when(condition, fault);
    }

    /** Orders a fault for all questions. */
    public void always(Fault fault) {
        when(Endpoints::asks, fault);
    }

    /** Takes back all orders. */
    public void heal() {
        faults.clear();
    }

    /** The latest calls, the oldest first. */
    public List<Call> calls() {
        return traffic.calls();
    }

    /** The latest calls that asked the model something, the oldest first. */
    public List<Call> questions() {
        return traffic.calls().stream().filter(Endpoints::asks).toList();
    }

    /** How many requests came for a path. */
    public int received(String path) {
        return traffic.received(path);
    }

    /** How many calls wait for the end of their answer. */
    public int inFlight() {
        return traffic.inFlight();
    }

    /** How many connections were accepted since the start. */
    public int accepted() {
        return traffic.accepted();
    }

    /** How many connections are open. */
    public int open() {
        return traffic.open();
    }

    /** Closes all connections, as a server does that restarts, and goes on listening. */
    public void disconnectAll() {
        run(() -> List.copyOf(connections.keySet()).forEach(HttpConnection::close));
    }

    /** Stops listening and closes all connections. */
    @Override
    public void close() {
        await(server.close());
        own.ifPresent(vertx -> await(vertx.close()));
    }

    private void connected(HttpConnection connection) {
        connections.put(connection, traffic.connected());
        connection.closeHandler(any -> {
            connections.remove(connection);
            traffic.disconnected();
        });
    }

    private void received(HttpServerRequest request) {
        request.body().onSuccess(body -> serve(request, body));
    }

    private void serve(HttpServerRequest request, Buffer body) {
        Call call = new Call(
                traffic,
                connections.getOrDefault(request.connection(), -1),
                request.method().name(),
                request.path(),
                Objects.requireNonNullElse(request.query(), ""),
                request.headers(),
                body.toString(StandardCharsets.UTF_8));
        Line line = new Line(call, request);
        traffic.begun(call);
        request.response().closeHandler(any -> call.ended(How.LEFT));
        Fault fault = faults.strike(call, Endpoints.asks(call));
        if (!fault.replaces(line)) {
            endpoints.serve(new Visit(call, line, fault));
        }
    }

    private void run(Runnable action) {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(any -> {
            action.run();
            done.complete();
        });
        await(done.future());
    }

    private ScriptedModel listen() {
        Promise<HttpServer> listening = Promise.promise();
        loop.runOnContext(any -> server.listen().onComplete(listening));
        await(listening.future());
        return this;
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /** What may be chosen before the start; nothing has to be. */
    public static final class Builder {

        private Optional<Vertx> vertx = Optional.empty();
        private int port;
        private int memory = 1000;
        private List<Model> models =
                List.of(new Model("scripted", true, false), new Model("scripted-thinker", true, true));
        private Script script = new SmallTalk(TALKING).continuing();

        private Builder() {}

        /** Runs on this Vert.x, which stays open; without it the server makes one of its own. */
        public Builder vertx(Vertx vertx) {
            this.vertx = Optional.of(vertx);
            return this;
        }

        /** Listens on this port; 0, as it is by default, is any free one. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** Remembers so many calls; 1,000 by default. */
        public Builder remembering(int calls) {
            this.memory = calls;
            return this;
        }

        /** Offers these models; by default {@code scripted} and {@code scripted-thinker}. */
        public Builder models(Model... models) {
            this.models = new ArrayList<>(Arrays.asList(models));
            return this;
        }

        /** Answers from this script; by default {@link SmallTalk} that continues a beginning. */
        public Builder script(Script script) {
            this.script = script;
            return this;
        }

        /** Small talk at this pace. */
        public Builder pace(Pace pace) {
            return script(new SmallTalk(pace).continuing());
        }

        /** Starts to listen; fails where the port is taken. */
        public ScriptedModel start() {
            return new ScriptedModel(this).listen();
        }
    }
}
