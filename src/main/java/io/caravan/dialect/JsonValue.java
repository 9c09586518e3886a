package io.caravan.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** What a parser stands on, read as what it should be. Whatever it is, all of it is taken. */
public final class JsonValue {

    /** What reads one field of an object from a parser that stands on the field's value, and takes all of that. */
    public interface Field {
        void read(String name, JsonParser json) throws IOException;
    }

    private JsonValue() {}

    /** Has {@code each} read the fields of the object the parser stands on, in order; anything else is passed over. */
    public static void fields(JsonParser json, Field each) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        String name;
        while ((name = json.nextFieldName()) != null) {
            json.nextToken();
            each.read(name, json);
        }
    }

    /** Has {@code reader} read the objects of the list the parser stands on; anything else is passed over. */
    public static void objects(JsonParser json, Json.Reader reader) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                reader.read(json);
            } else {
                json.skipChildren();
            }
        }
    }

    /** The text the parser stands on; empty for anything that is no text. */
    public static String text(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        json.skipChildren();
        return "";
    }

    /** The count the parser stands on, however it is written; 0 for anything that is no number. */
    public static long count(JsonParser json) throws IOException {
        if (json.currentToken().isNumeric()) {
            return Math.max(0, (long) json.getDoubleValue());
        }
        json.skipChildren();
        return 0;
    }
}
