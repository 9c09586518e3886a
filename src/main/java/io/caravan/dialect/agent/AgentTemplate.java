package io.caravan.dialect.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.caravan.chat.Options;
import io.caravan.dialect.Json;
import java.io.IOException;
import java.util.Map;

/** A body of a team's own, filled in. A field whose variable stands for nothing in this request is left out. */
record AgentTemplate(JsonNode body, AgentQuestion question) implements Json.Writing {

    @Override
    public void to(JsonGenerator json) throws IOException {
        write(json, body);
    }

    private void write(JsonGenerator json, JsonNode node) throws IOException {
        if (node.isObject()) {
            json.writeStartObject();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (isThere(field.getValue().asText())) {
                    json.writeFieldName(field.getKey());
                    write(json, field.getValue());
                }
            }
            json.writeEndObject();
        } else if (node.isArray()) {
            json.writeStartArray();
            for (JsonNode element : node) {
                write(json, element);
            }
            json.writeEndArray();
        } else {
            value(json, node);
        }
    }

    private boolean isThere(String variable) {
        return switch (variable) {
            case "$system" -> question.request().system().isPresent();
            case "$model" -> question.model().isPresent();
            case "$options" -> !question.request().options().equals(Options.NONE);
            case "$format" -> question.request().format().isPresent();
            default -> true;
        };
    }

    private void value(JsonGenerator json, JsonNode node) throws IOException {
        switch (Json.text(node)) {
            case "$prompt" -> json.writeString(question.prompt());
            case "$messages" -> AgentBody.messages(json, question);
            case "$conversation" -> json.writeString(question.conversation());
            case "$system" -> json.writeString(question.request().system().orElse(""));
            case "$model" -> json.writeString(question.model().orElse(""));
            case "$options" -> AgentBody.options(json, question);
            case "$format" -> json.writeTree(question.request().format().orElse(NullNode.instance));
            default -> json.writeTree(node);
        }
    }
}
