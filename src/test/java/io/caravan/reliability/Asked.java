package io.caravan.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.testing.ChatClient;

/**
 * A question that reached a fault server.
 *
 * @param headers as they came, a line each
 * @param connection its number, from 1 in the order in which they were accepted
 * @param onConnection how many requests came on that connection before it
 */
record Asked(String path, String headers, String body, int connection, int onConnection) {

    Speech speech() {
        return Speech.of(path);
    }

    JsonNode json() {
        return ChatClient.json(body);
    }

    /** The beginning of the answer the question ends with; empty if it ends with a question. */
    String beginning() {
        JsonNode messages = json().path("messages");
        JsonNode last = messages.path(messages.size() - 1);
        return last.path("role").asText().equals("assistant")
                ? last.path("content").asText()
                : "";
    }
}
