package io.caravan.dialect.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dialect.Garbage;
import io.caravan.dialect.Json;
import io.caravan.dialect.Judgement;
import io.caravan.dialect.ServerError;
import java.io.IOException;
import java.util.Optional;

/** One event of an agent's answer: a range of bytes, and what it says of itself. */
final class AgentEvent {

    private static final String DONE = "[DONE]";

    private final long line;
    private final String name;
    private final byte[] bytes;
    private final int from;
    private final int length;
    private final Optional<JsonNode> json;

    /** @param name of a server-sent event; empty where it has none */
    AgentEvent(long line, String name, byte[] bytes, int from, int length) {
        this.line = line;
        this.name = name;
        this.bytes = bytes;
        this.from = from;
        this.length = length;
        this.json = parsed();
    }

    /** The object, list or text it is in JSON; numbers and words count as text that is not JSON. */
    Optional<JsonNode> json() {
        return json;
    }

    /** This, where it cannot be text: a line, or a block, that is in no server-sent event. */
    AgentEvent whichIsJson() {
        if (json.isEmpty() && !isDone()) {
            throw Garbage.at(line, bytes, from, length);
        }
        return this;
    }

    /** Its data as it is. */
    String text() {
        return new String(bytes, from, length, UTF_8);
    }

    /** Where an object says what kind of event it is. */
    String type() {
        return field("type");
    }

    /** Whether it goes by this name: as a server-sent event, or in an object where such a name usually stands. */
    boolean is(String kind) {
        return name.equals(kind)
                || field("type").equals(kind)
                || field("event").equals(kind)
                || field("kind").equals(kind)
                || field("role").equals(kind);
    }

    /** {@code [DONE]}, with which many streams end. */
    boolean isDone() {
        return length >= DONE.length() && bytes[from] == '[' && text().startsWith(DONE);
    }

    /** The error it tells of, in one of the ways that agents have. */
    Optional<ServerError> error() {
        Optional<ServerError> told = json.flatMap(object -> ServerError.told(object.path("error")));
        if (told.isPresent()) {
            return told;
        }
        if (!name.equals("error") && !type().equals("error") && !type().equals("RUN_ERROR")) {
            return Optional.empty();
        }
        String words = field("errorText");
        String code = field("code");
        if (words.isEmpty()) {
            ServerError said = json.map(ServerError::of).orElseGet(() -> new ServerError(text(), "", ""));
            return Optional.of(new ServerError(said.message(), code, code));
        }
        return Optional.of(new ServerError(words, code, code));
    }

    /** Throws that error as what it means, if there is one. */
    void throwError() {
        error().ifPresent(error -> {
            throw Judgement.of(error);
        });
    }

    /** The object it has to be; empty where it is of a kind that is nothing to us. */
    Optional<JsonNode> object() {
        if (json.isEmpty() && (name.isEmpty() || name.equals("message"))) {
            throw Garbage.at(line, bytes, from, length);
        }
        return json.filter(JsonNode::isObject);
    }

    private String field(String field) {
        return json.map(object -> object.path(field).asText("")).orElse("");
    }

    private int firstVisible() {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t') {
                return bytes[i];
            }
        }
        return ' ';
    }

    private Optional<JsonNode> parsed() {
        int first = firstVisible();
        if (first != '{' && first != '[' && first != '"') {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.tree(bytes, from, length));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
