package io.caravan.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.chat.Tool;
import java.io.IOException;
import java.util.List;

/** The tools a model may call, as OpenAI writes them, and others after it. */
public final class ToolFields {

    private ToolFields() {}

    /** Writes the tools as the list {@code tools}; no list where there are none. */
    public static void write(JsonGenerator json, List<Tool> tools, ToolSchemas schemas) throws IOException {
        if (tools.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("tools");
        for (Tool tool : tools) {
            json.writeStartObject();
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            declare(json, tool, "parameters", schemas);
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /**
     * Writes what every format says of a tool: its name, its description unless there is none, and its schema.
     *
     * @param schemaField what the format calls the schema
     */
    public static void declare(JsonGenerator json, Tool tool, String schemaField, ToolSchemas schemas)
            throws IOException {
        json.writeStringField("name", tool.name());
        if (!tool.description().isEmpty()) {
            json.writeStringField("description", tool.description());
        }
        json.writeFieldName(schemaField);
        json.writeRawValue(schemas.of(tool));
    }
}
