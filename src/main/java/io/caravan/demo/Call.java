package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Ending.How;
import io.vertx.core.MultiMap;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A request the server received, and what became of it. Safe to look at from any thread. */
public final class Call {

    private final Traffic traffic;
    private final int number;
    private final int connection;
    private final String method;
    private final String path;
    private final String query;
    private final Map<String, String> headers;
    private final String body;
    private final long nanoTime = System.nanoTime();
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private volatile int sent;

    Call(Traffic traffic, int connection, String method, String path, String query, MultiMap headers, String body) {
        this.traffic = traffic;
        this.number = traffic.nextNumber();
        this.connection = connection;
        this.method = method;
        this.path = path;
        this.query = query;
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(header -> copy.merge(header.getKey(), header.getValue(), (one, other) -> one + ", " + other));
        this.headers = Collections.unmodifiableMap(copy);
        this.body = body;
    }

    /** From 0, in the order in which the server read the requests. */
    public int number() {
        return number;
    }

    /** From 0, in the order in which connections were accepted; equal for requests on the same one. */
    public int connection() {
        return connection;
    }

    /** The HTTP method, in capitals. */
    public String method() {
        return method;
    }

    /** The path without its query. */
    public String path() {
        return path;
    }

    /** The query as it came, without its question mark; empty without one. */
    public String query() {
        return query;
    }

    /** Values by name; names of any case match, and repeated ones are joined with a comma. */
    public Map<String, String> headers() {
        return headers;
    }

    /** The body as text. */
    public String body() {
        return body;
    }

    /** The body as JSON. Throws where it is none. */
    public JsonNode json() {
        return Json.read(body);
    }

    /** When the request was there, on the clock of {@link System#nanoTime()}. */
    public long nanoTime() {
        return nanoTime;
    }

    /** The pieces of the answer that were written so far. */
    public int sent() {
        return sent;
    }

    /** Completes when the answer is out, or the connection is gone, whichever is first. */
    public CompletableFuture<Ending> ending() {
        return ending.copy();
    }

    void sent(int pieces) {
        sent = pieces;
    }

    /** The first ending counts. To be called on the event loop only. */
    void ended(How how) {
        if (!ending.isDone()) {
            traffic.ended();
            ending.complete(new Ending(how, System.nanoTime()));
        }
    }

    boolean hasEnded() {
        return ending.isDone();
    }
}
