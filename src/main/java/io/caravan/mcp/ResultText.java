package io.caravan.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The result of a call as text for the model: what is text as it is, what is not named with its type and size. */
final class ResultText {

    private final int limit;

    /** @param limit in bytes; what is over it is cut off, with a mark that says so */
    ResultText(int limit) {
        this.limit = limit;
    }

    ToolOutcome of(JsonNode result) {
        List<String> parts = new ArrayList<>();
        for (JsonNode content : result.path("content")) {
            parts.add(text(content));
        }
        JsonNode structured = result.path("structuredContent");
        if (!structured.isMissingNode() && parts.stream().noneMatch(part -> says(part, structured))) {
            parts.add(structured.toString());
        }
        String text = parts.isEmpty() ? "[no content]" : String.join("\n", parts);
        return new ToolOutcome(capped(text), result.path("isError").asBoolean());
    }

    private static String text(JsonNode content) {
        String type = content.path("type").asText();
        return switch (type) {
            case "text" -> content.path("text").asText();
            case "image", "audio" ->
                notShown(
                        type,
                        content.path("mimeType").asText("unknown type"),
                        content.path("data").asText());
            case "resource_link" -> link(content);
            case "resource" -> resource(content.path("resource"));
            default -> "[" + (type.isEmpty() ? "content" : type) + ": not shown]";
        };
    }

    private static String link(JsonNode content) {
        StringBuilder text =
                new StringBuilder("[resource: ").append(content.path("uri").asText());
        for (String field : new String[] {"name", "mimeType", "description"}) {
            if (content.hasNonNull(field)) {
                text.append(", ").append(content.path(field).asText());
            }
        }
        return text.append(']').toString();
    }

    private static String resource(JsonNode resource) {
        return resource.hasNonNull("text")
                ? resource.path("text").asText()
                : notShown(
                        "resource " + resource.path("uri").asText(),
                        resource.path("mimeType").asText("unknown type"),
                        resource.path("blob").asText());
    }

    private static String notShown(String what, String type, String base64) {
        long padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        long bytes = base64.length() / 4 * 3L - padding;
        return String.format(Locale.ROOT, "[%s: %s, %d bytes, not shown]", what, type, Math.max(0, bytes));
    }

    /** Servers are to repeat what is structured as text; once is enough. */
    private static boolean says(String part, JsonNode structured) {
        try {
            return part.stripLeading().startsWith(structured.toString().substring(0, 1))
                    && structured.equals(McpJson.MAPPER.readTree(part));
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private String capped(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        int end = Utf8.end(bytes, limit);
        return end == bytes.length
                ? text
                : new String(bytes, 0, end, UTF_8) + "\n[cut off here: " + end + " of " + bytes.length + " bytes]";
    }
}
