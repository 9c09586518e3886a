package io.caravan.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.failure.RejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a line of a batch says beside its request, as OpenAI has it: {@code custom_id}, {@code method}, {@code url}. */
final class Envelope {

    static final String URL = "/v1/chat/completions";

    private static final int LONGEST_ID = 512;
    private static final JsonFactory JSON = new JsonFactory();

    private @Nullable String customId;
    private @Nullable String method;
    private @Nullable String url;

    private Envelope() {}

    /**
     * The line's {@code custom_id}; its {@code body} is not looked at.
     *
     * @throws RejectedException with the line's number, if the line is no request that a batch may hold
     */
    static String customId(String line, int number) {
        Envelope envelope = new Envelope();
        try (JsonParser json = JSON.createParser(line)) {
            envelope.read(json);
        } catch (JsonProcessingException e) {
            throw BatchLines.refused(number, "it is not a JSON object" + column(e));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e); // of a text: never
        }
        return envelope.checked(number);
    }

    private void read(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new com.fasterxml.jackson.core.JsonParseException(json, "no object");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "custom_id" -> customId = text(json, value);
                case "method" -> method = text(json, value);
                case "url" -> url = text(json, value);
                default -> json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw new com.fasterxml.jackson.core.JsonParseException(json, "something behind the object");
        }
    }

    private static @Nullable String text(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        json.skipChildren();
        return null;
    }

    private String checked(int number) {
        if (customId == null || customId.isEmpty()) {
            throw BatchLines.refused(number, "custom_id is missing: it has to be a text");
        }
        if (customId.length() > LONGEST_ID) {
            throw BatchLines.refused(number, "custom_id is longer than " + LONGEST_ID + " characters");
        }
        if (customId.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(customId)) {
            throw BatchLines.refused(number, "custom_id holds a character that no name can have");
        }
        if (!"POST".equals(method)) {
            throw BatchLines.refused(number, "method must be POST");
        }
        if (!URL.equals(url)) {
            throw BatchLines.refused(number, "url must be " + URL);
        }
        return customId;
    }

    private static String column(JsonProcessingException e) {
        JsonLocation where = e.getLocation();
        return where == null ? "" : " (column " + where.getColumnNr() + ")";
    }
}
