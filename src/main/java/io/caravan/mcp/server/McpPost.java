package io.caravan.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.tool.ToolRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One HTTP request of a client, with one message or, in old versions, several: what came in, and the answers. Thread-safe. */
public final class McpPost {

    private static final String GONE = "the client has left";

    private final Era era;
    private final String client;
    private final boolean batch;
    private final List<McpMessage> messages;
    private final List<ObjectNode> answers = new ArrayList<>();
    private final Set<ToolRun> running = ConcurrentHashMap.newKeySet();
    private int status = 200;
    private @Nullable String session;
    private volatile boolean gone;

    McpPost(Era era, String client, boolean batch, List<McpMessage> messages) {
        this.era = era;
        this.client = client;
        this.batch = batch;
        this.messages = List.copyOf(messages);
    }

    /** One that is refused as a whole. */
    static McpPost refused(Era era, JsonNode id, Refusal refusal) {
        McpPost post = new McpPost(era, "", false, List.of());
        post.refuse(id, refusal);
        return post;
    }

    /** What there is to be answered, one by one. */
    public List<McpMessage> messages() {
        return messages;
    }

    Era era() {
        return era;
    }

    /** Whose requests its ids are told apart from; empty if nobody can say. */
    String client() {
        return client;
    }

    void opens(String newSession) {
        session = newSession;
    }

    /** The session that the answer opens. */
    public Optional<String> session() {
        return Optional.ofNullable(session);
    }

    /** Answers a message, if it asks for an answer. */
    synchronized void answer(McpMessage message, ObjectNode result) {
        message.id().ifPresent(id -> {
            ObjectNode answer = envelope(id);
            answer.set("result", result);
            answers.add(answer);
        });
    }

    /** Tells the client why a message has no result, if it asks for one. */
    public void refuse(McpMessage message, Refusal refusal) {
        message.id().ifPresent(id -> refuse(id, refusal));
    }

    private synchronized void refuse(JsonNode id, Refusal refusal) {
        ObjectNode answer = envelope(id);
        answer.set("error", refusal.error());
        answers.add(answer);
        // A client with a handshake reads the error of a method it may not call; only there would it take a 404 for the
        // end.
        boolean aboutTheMethod = era == Era.HANDSHAKE && !messages.isEmpty() && refusal.status() != 500;
        status = batch || aboutTheMethod ? 200 : refusal.status();
    }

    private static ObjectNode envelope(JsonNode id) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        answer.set("id", id);
        return answer;
    }

    /** The HTTP status of the answer. */
    public synchronized int status() {
        return answers.isEmpty() ? 202 : status;
    }

    /** The body of the answer; empty if nothing that came in asks for one. */
    public synchronized String body() {
        if (answers.isEmpty()) {
            return "";
        }
        if (!batch) {
            return answers.get(0).toString();
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        answers.forEach(all::add);
        return all.toString();
    }

    void runs(ToolRun run) {
        running.add(run);
        if (gone) {
            run.cancel(GONE);
        }
    }

    void ran(ToolRun run) {
        running.remove(run);
    }

    /** Nobody waits for the answer any more: what runs for it ends. */
    public void left() {
        gone = true;
        running.forEach(run -> run.cancel(GONE));
    }
}
