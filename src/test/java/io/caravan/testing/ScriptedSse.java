package io.caravan.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An MCP server of revision 2024-11-05: it answers on one stream of events to what is posted elsewhere. Its one tool says
 * back what it is told. Thread-safe.
 */
public final class ScriptedSse implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<JsonNode> got = new CopyOnWriteArrayList<>();
    private final List<HttpExchange> streams = new CopyOnWriteArrayList<>();

    private ScriptedSse() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(threads);
        http.createContext("/sse", this::stream);
        http.createContext("/messages", this::message);
        http.start();
    }

    public static ScriptedSse start() {
        return new ScriptedSse();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/sse");
    }

    /** What it got by this method, in order. */
    public List<JsonNode> got(String method) {
        return got.stream()
                .filter(message -> message.path("method").asText().equals(method))
                .toList();
    }

    private void stream(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.sendResponseHeaders(405, -1);
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        streams.add(exchange);
        say(exchange, "endpoint", "/messages?stream=" + (streams.size() - 1));
    }

    private void message(HttpExchange exchange) throws IOException {
        JsonNode message = JSON.readTree(exchange.getRequestBody());
        got.add(message);
        int stream = Integer.parseInt(exchange.getRequestURI().getQuery().replace("stream=", ""));
        exchange.sendResponseHeaders(202, -1);
        exchange.close();
        if (message.has("id")) {
            ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", message.get("id"));
            say(streams.get(stream), "message", answer(message, answer).toString());
        }
    }

    private static JsonNode answer(JsonNode message, ObjectNode answer) {
        switch (message.path("method").asText()) {
            case "initialize" ->
                answer.set(
                        "result",
                        ScriptedMcp.json(
                                "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"old\",\"version\":\"1\"}}"));
            case "tools/list" -> answer.putObject("result").putArray("tools").add(ScriptedMcp.tool("echo"));
            case "tools/call" ->
                answer.putObject("result")
                        .putArray("content")
                        .addObject()
                        .put("type", "text")
                        .put("text", message.at("/params/arguments/text").asText());
            default -> answer.putObject("error").put("code", -32601).put("message", "Method not found");
        }
        return answer;
    }

    private static void say(HttpExchange exchange, String event, String data) throws IOException {
        synchronized (exchange) {
            OutputStream out = exchange.getResponseBody();
            out.write(("event: " + event + "\ndata: " + data + "\n\n").getBytes(UTF_8));
            out.flush();
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
