package io.caravan.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An MCP server over HTTP, on real sockets, that answers from a script and misbehaves to order. Thread-safe. */
public final class ScriptedMcp implements AutoCloseable {

    /** Which revisions it speaks. */
    public enum Era {
        /** 2025-11-25: a handshake, and a session. */
        SESSION,
        /** 2026-07-28: each request for itself. */
        STATELESS
    }

    /** What it does with a call. */
    public interface Act {
        /** The result; null: the act has answered by itself. */
        @Nullable
        JsonNode play(HttpExchange http, JsonNode request) throws IOException;
    }

    /** A request it got: its message and its headers. */
    public record Got(JsonNode message, Map<String, List<String>> headers) {

        public String method() {
            return message.path("method").asText();
        }

        /** The header of this name, in any case. */
        public Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Era era;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "scripted-mcp");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Act> acts = new ConcurrentHashMap<>();
    private final List<Got> got = new CopyOnWriteArrayList<>();
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private final List<HttpExchange> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile int lostStatus = 404;
    private final AtomicInteger ends = new AtomicInteger();
    private volatile boolean ignoring;
    private volatile boolean events;
    private volatile Optional<Act> everything = Optional.empty();
    private volatile Optional<Act> rest = Optional.empty();
    private volatile Function<Optional<String>, ObjectNode> listing = cursor -> page(List.of(), Optional.empty());

    private ScriptedMcp(Era era, int port) {
        this.era = era;
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    public static ScriptedMcp start(Era era) {
        return start(era, 0);
    }

    /** One on this port; 0: a free one. */
    public static ScriptedMcp start(Era era, int port) {
        return new ScriptedMcp(era, port);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/mcp");
    }

    /** Has these tools, each of which does what it is told. */
    public ScriptedMcp tool(String name, Act act) {
        return tool(tool(name), act);
    }

    /** Has this tool too. */
    public ScriptedMcp tool(ObjectNode tool, Act act) {
        acts.put(tool.path("name").asText(), act);
        Function<Optional<String>, ObjectNode> before = listing;
        listing = cursor -> {
            ObjectNode page = before.apply(cursor);
            page.withArray("/tools").add(tool);
            return page;
        };
        return this;
    }

    /** Lists its tools so: the page of a cursor. */
    public ScriptedMcp lists(Function<Optional<String>, ObjectNode> pages) {
        listing = pages;
        return this;
    }

    /** Does this with all requests whatever. */
    public ScriptedMcp everything(Act act) {
        everything = Optional.of(act);
        return this;
    }

    /** Answers calls as a stream of events, with a notification before each result. */
    public ScriptedMcp streams() {
        events = true;
        return this;
    }

    /** Does this where it is asked, by the id of an event, for the rest of an answer; else it gives none. */
    public ScriptedMcp resumes(Act act) {
        rest = Optional.of(act);
        return this;
    }

    /** Never answers where a client ends a session. */
    public ScriptedMcp ignoresEnds() {
        ignoring = true;
        return this;
    }

    /** How many sessions clients have ended. */
    public int ends() {
        return ends.get();
    }

    /** Forgets all sessions, and says so with this status. */
    public void forget(int status) {
        lostStatus = status;
        sessions.clear();
    }

    /** Says that its tools have changed, to all who listen. */
    public synchronized void changed() {
        listeners.removeIf(listener -> !tell(listener));
    }

    /** False: it has left. */
    private static boolean tell(HttpExchange listener) {
        try {
            write(listener, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** How many listen to what it says by itself. */
    public int listeners() {
        return listeners.size();
    }

    /** What it got, in order. */
    public List<Got> got() {
        return List.copyOf(got);
    }

    public List<Got> got(String method) {
        return got.stream().filter(each -> each.method().equals(method)).toList();
    }

    /** How many have ended a connection while it was still answering. */
    public int left() {
        return left.get();
    }

    /** A tool that takes anything. */
    public static ObjectNode tool(String name) {
        ObjectNode tool = JSON.createObjectNode().put("name", name).put("description", "does " + name);
        tool.putObject("inputSchema").put("type", "object");
        return tool;
    }

    /** A page of tools. */
    public static ObjectNode page(List<ObjectNode> tools, Optional<String> next) {
        ObjectNode page = JSON.createObjectNode();
        ArrayNode list = page.putArray("tools");
        tools.forEach(list::add);
        next.ifPresent(cursor -> page.put("nextCursor", cursor));
        return page;
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers with this text. */
    public static Act says(String text) {
        ObjectNode result = JSON.createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return (http, request) -> result;
    }

    /** Answers with this result. */
    public static Act answers(String result) {
        JsonNode parsed = json(result);
        return (http, request) -> parsed;
    }

    /** Breaks the connection off before a byte of the answer. */
    public static Act dies() {
        return (http, request) -> {
            http.close();
            return null;
        };
    }

    /** Begins its answer and breaks it off. */
    public static Act diesInTheMiddle() {
        return (http, request) -> {
            http.getResponseHeaders().set("Content-Type", "text/event-stream");
            http.sendResponseHeaders(200, 0);
            write(
                    http,
                    "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{}}\n\n");
            http.close();
            return null;
        };
    }

    /** Answers with bytes of its own. */
    public static Act raw(int status, String contentType, String body) {
        return (http, request) -> {
            send(http, status, contentType, body);
            return null;
        };
    }

    /** Works on and on, saying that it lives, until the client leaves. */
    public Act hangs() {
        return (http, request) -> {
            http.getResponseHeaders().set("Content-Type", "text/event-stream");
            try {
                http.sendResponseHeaders(200, 0);
                do {
                    write(http, ": alive\n\n");
                } while (!closing.await(20, TimeUnit.MILLISECONDS));
            } catch (IOException e) {
                left.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            http.close();
            return null;
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            String lastEvent = exchange.getRequestHeaders().getFirst("Last-Event-ID");
            if (exchange.getRequestMethod().equals("GET") && lastEvent != null) {
                resume(exchange, TextNode.valueOf(lastEvent));
                return;
            } else if (exchange.getRequestMethod().equals("GET")) {
                listen(exchange);
                return;
            } else if (!exchange.getRequestMethod().equals("POST")) {
                end(exchange);
                return;
            }
            JsonNode message = JSON.readTree(exchange.getRequestBody());
            got.add(new Got(message, Map.copyOf(exchange.getRequestHeaders())));
            JsonNode result;
            if (everything.isPresent()) {
                result = everything.get().play(exchange, message);
            } else {
                result = usual(exchange, message);
            }
            if (result != null) {
                answer(exchange, message, result);
            }
        } finally {
            if (!listeners.contains(exchange)) {
                exchange.close();
            }
        }
    }

    /** What it does with a request when nothing else is ordered. */
    public @Nullable JsonNode usual(HttpExchange exchange, JsonNode message) throws IOException {
        return era == Era.SESSION ? session(exchange, message) : stateless(exchange, message);
    }

    private @Nullable JsonNode session(HttpExchange exchange, JsonNode message) throws IOException {
        String method = message.path("method").asText();
        if (method.equals("initialize")) {
            String id = "session-" + numbers.incrementAndGet();
            sessions.add(id);
            exchange.getResponseHeaders().set("Mcp-Session-Id", id);
            return json("{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{\"listChanged\":true}},"
                    + "\"serverInfo\":{\"name\":\"scripted\",\"version\":\"1\"}}");
        }
        Optional<String> session =
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Mcp-Session-Id"));
        if (session.isEmpty()) {
            send(exchange, 400, "application/json", error(message, -32000, "Bad Request: Server not initialized"));
            return null;
        } else if (!sessions.contains(session.get())) {
            send(exchange, lostStatus, "application/json", error(message, -32000, "No valid session ID provided"));
            return null;
        } else if (!message.has("id")) {
            exchange.sendResponseHeaders(202, -1);
            return null;
        }
        return work(exchange, message);
    }

    private @Nullable JsonNode stateless(HttpExchange exchange, JsonNode message) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        JsonNode meta = message.at("/params/_meta");
        String method = message.path("method").asText();
        if (!"2026-07-28".equals(headers.getFirst("MCP-Protocol-Version"))
                || !method.equals(headers.getFirst("Mcp-Method"))
                || !meta.path("io.modelcontextprotocol/protocolVersion")
                        .asText()
                        .equals("2026-07-28")
                || !meta.path("io.modelcontextprotocol/clientCapabilities").isObject()) {
            send(exchange, 400, "application/json", error(message, -32020, "headers and body do not fit"));
            return null;
        } else if (method.equals("server/discover")) {
            return json("{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],"
                    + "\"capabilities\":{\"tools\":{\"listChanged\":true}}}");
        } else if (method.equals("subscriptions/listen")) {
            listen(exchange);
            return null;
        } else if (method.equals("initialize")) {
            send(exchange, 404, "application/json", error(message, -32601, "Method not found"));
            return null;
        }
        return work(exchange, message);
    }

    private @Nullable JsonNode work(HttpExchange exchange, JsonNode message) throws IOException {
        JsonNode params = message.path("params");
        if (message.path("method").asText().equals("tools/list")) {
            return listing.apply(Optional.ofNullable(params.path("cursor").textValue()));
        }
        Act act = acts.get(params.path("name").asText());
        if (act == null) {
            send(exchange, 200, "application/json", error(message, -32602, "Unknown tool"));
            return null;
        }
        return act.play(exchange, message);
    }

    private void listen(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        write(exchange, ": here\n\n");
        listeners.add(exchange);
    }

    private void end(HttpExchange exchange) throws IOException {
        ends.incrementAndGet();
        try {
            if (ignoring) {
                closing.await();
            }
            send(exchange, 200, "text/plain", "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void resume(HttpExchange exchange, JsonNode lastEvent) throws IOException {
        if (rest.isPresent()) {
            rest.get().play(exchange, lastEvent);
        } else {
            send(exchange, 405, "text/plain", "no");
        }
    }

    private void answer(HttpExchange exchange, JsonNode message, JsonNode result) throws IOException {
        ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        answer.set("result", result);
        if (events) {
            send(
                    exchange,
                    200,
                    "text/event-stream",
                    "id: 1\ndata: \n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","
                            + "\"params\":{\"progress\":1}}\n\nevent: message\ndata: " + answer + "\n\n");
        } else {
            send(exchange, 200, "application/json", answer.toString());
        }
    }

    private static String error(JsonNode message, int code, String text) {
        ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        answer.putObject("error").put("code", code).put("message", text);
        return answer.toString();
    }

    private static void send(HttpExchange exchange, int status, String contentType, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private static void write(HttpExchange exchange, String text) throws IOException {
        OutputStream out = exchange.getResponseBody();
        out.write(text.getBytes(UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        closing.countDown();
        http.stop(0);
        threads.shutdownNow();
    }
}
