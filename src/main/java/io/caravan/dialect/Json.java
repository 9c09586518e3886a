package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.CodingErrorAction;

/**
 * JSON as model servers write it, which is not always JSON: NaN, control characters in strings and broken UTF-8 are
 * read. Shared by all answers: buffers come from a pool that does not depend on the thread, since each request has a
 * virtual thread of its own.
 */
public final class Json {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            // The limit of a line bounds its strings.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final ParserPool PARSERS = new ParserPool(FACTORY);
    private static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);
    private static final ObjectReader DOCUMENT = MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final byte[] REPLACEMENT = "\uFFFD".getBytes(UTF_8);

    /** What reads an object from a parser that stands on its opening brace. */
    public interface Reader {
        /** May be called twice for the same object, so it has to begin anew each time. */
        void read(JsonParser json) throws IOException;
    }

    /** What writes a document. */
    public interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    private Json() {}

    /** Has {@code reader} read the one object in a range of bytes. An {@code IOException} means it is no such thing. */
    public static void read(byte[] bytes, int from, int length, Reader reader) throws IOException {
        try {
            readPooled(bytes, from, withoutSpaceBehind(bytes, from, length), reader);
        } catch (IOException e) {
            String repaired = new String(bytes, from, length, UTF_8);
            if (repaired.indexOf('\uFFFD') < 0) {
                throw e;
            }
            try (JsonParser json = FACTORY.createParser(repaired)) {
                readObject(json, reader);
                if (json.nextToken() != null) {
                    throw notOne();
                }
            }
        }
    }

    private static void readPooled(byte[] bytes, int from, int length, Reader reader) throws IOException {
        PooledParser json = PARSERS.take();
        json.begin(bytes, from, length);
        readObject(json, reader);
        if (!json.atEnd()) {
            throw notOne();
        }
        PARSERS.giveBack(json);
    }

    private static int withoutSpaceBehind(byte[] bytes, int from, int length) {
        int left = length;
        while (left > 0 && isSpace(bytes[from + left - 1])) {
            left--;
        }
        return left;
    }

    private static boolean isSpace(byte character) {
        return character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }

    private static void readObject(JsonParser json, Reader reader) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("not a JSON object");
        }
        reader.read(json);
    }

    private static IOException notOne() {
        return new IOException("not one JSON object");
    }

    /** Has {@code reader} read an object that was read before; anything else is passed over. */
    public static void read(JsonNode object, Reader reader) throws IOException {
        try (JsonParser json = MAPPER.treeAsTokens(object)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                reader.read(json);
            }
        }
    }

    /** The value the parser stands on, whole. */
    public static JsonNode tree(JsonParser json) throws IOException {
        return MAPPER.readTree(json);
    }

    /** The first document in these bytes. */
    public static JsonNode tree(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    /** The one document in a text. */
    public static JsonNode tree(String text) throws IOException {
        return DOCUMENT.readTree(text);
    }

    /** The one document in a range of bytes; broken UTF-8 in it is read. */
    public static JsonNode tree(byte[] bytes, int from, int length) throws IOException {
        try {
            return DOCUMENT.readTree(bytes, from, length);
        } catch (IOException e) {
            String repaired = new String(bytes, from, length, UTF_8);
            if (repaired.indexOf('\uFFFD') < 0) {
                throw e;
            }
            return DOCUMENT.readTree(repaired);
        }
    }

    /** The count this is, however it is written; 0 for anything that is no number. */
    public static long count(JsonNode value) {
        return value.isNumber() ? Math.max(0, (long) value.doubleValue()) : 0;
    }

    /** A text as it is; empty for anything else. */
    public static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : "";
    }

    /** The text in a field of an object; empty where there is none. */
    public static String text(JsonNode object, String field) {
        return text(object.path(field));
    }

    /** A text as it is, and anything else as JSON. */
    public static String asText(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** A document in UTF-8. Half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD as browsers do it. */
    public static byte[] write(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        Writer utf8 = new OutputStreamWriter(
                bytes,
                UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE).replaceWith(REPLACEMENT));
        try (JsonGenerator json = FACTORY.createGenerator(utf8)) {
            json.setCodec(MAPPER);
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
