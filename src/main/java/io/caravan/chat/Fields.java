package io.caravan.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.RejectedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The fields of one JSON object from outside. Whatever is wrong with one is refused by its full name. */
public final class Fields {

    private final JsonNode object;
    private final String path;

    private Fields(JsonNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** The fields of {@code object}, which must be a JSON object and have none but the {@code known} ones. */
    public static Fields of(JsonNode object, String path, String... known) {
        if (!object.isObject()) {
            throw RejectedException.invalid((path.isEmpty() ? "the message" : path) + " must be a JSON object");
        }
        Fields fields = new Fields(object, path);
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!Arrays.asList(known).contains(name)) {
                throw RejectedException.invalid(
                        fields.name(name) + " is not a known field; known are " + String.join(", ", known));
            }
        }
        return fields;
    }

    /** The full name of a field, as error messages write it. */
    public String name(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    /** The field's value; JSON's null counts as absent. */
    public Optional<JsonNode> value(String field) {
        return Optional.ofNullable(object.get(field)).filter(value -> !value.isNull());
    }

    public JsonNode required(String field) {
        return value(field).orElseThrow(() -> RejectedException.invalid(name(field) + " is missing"));
    }

    public Optional<String> text(String field) {
        return value(field).map(value -> {
            if (!value.isTextual()) {
                throw RejectedException.invalid(name(field) + " must be a text");
            }
            if (holdsHalfACharacter(value.textValue())) {
                throw RejectedException.invalid(name(field) + " holds half a character (a lone surrogate)");
            }
            return value.textValue();
        });
    }

    public String requiredText(String field) {
        return text(field).orElseThrow(() -> RejectedException.invalid(name(field) + " is missing"));
    }

    public boolean flag(String field, boolean otherwise) {
        return value(field)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw RejectedException.invalid(name(field) + " must be true or false");
                    }
                    return value.booleanValue();
                })
                .orElse(otherwise);
    }

    public OptionalDouble number(String field, double least, double most) {
        Optional<JsonNode> value = value(field);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        double number = value.get().asDouble(Double.NaN);
        if (!value.get().isNumber() || !(number >= least && number <= most)) {
            throw RejectedException.invalid(
                    name(field) + " must be a number from " + plain(least) + " to " + plain(most));
        }
        return OptionalDouble.of(number);
    }

    public OptionalLong integer(String field, long least, long most) {
        Optional<JsonNode> value = value(field);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        JsonNode number = value.get();
        if (!number.isIntegralNumber()
                || !number.canConvertToLong()
                || number.longValue() < least
                || number.longValue() > most) {
            throw RejectedException.invalid(name(field) + " must be a whole number from " + least + " to " + most);
        }
        return OptionalLong.of(number.longValue());
    }

    /** The objects of a list, each as {@code reader} understands it. */
    public <T> List<T> list(String field, ItemReader<T> reader) {
        JsonNode list = required(field);
        if (!list.isArray()) {
            throw RejectedException.invalid(name(field) + " must be a list");
        }
        List<T> items = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            items.add(reader.read(list.get(i), name(field) + "[" + i + "]"));
        }
        return items;
    }

    /** JSON can write one with an escape, but no text in UTF-8 can hold it: it would reach the model as something else. */
    private static boolean holdsHalfACharacter(String text) {
        return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** Reads one item of a list; {@code path} is its full name. */
    public interface ItemReader<T> {
        T read(JsonNode item, String path);
    }
}
