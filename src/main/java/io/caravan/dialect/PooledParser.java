package io.caravan.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;

/**
 * A parser that reads one document after the other. Where one cannot be read, the parser is of no use any more. Not
 * thread-safe.
 */
final class PooledParser extends JsonParserDelegate {

    /** What it has learned of field names is given up after so many bytes: a server may write ever new ones. */
    private static final int MOST_BYTES = 1 << 20;

    private final ByteArrayFeeder feeder;
    private int bytes;

    PooledParser(JsonFactory factory) throws IOException {
        this(factory.createNonBlockingByteArrayParser());
    }

    private PooledParser(JsonParser parser) {
        super(parser);
        feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
    }

    /** Stands before the first token of the document in this range, which ends with its last byte. */
    void begin(byte[] document, int from, int length) throws IOException {
        bytes += length;
        feeder.feedInput(document, from, from + length);
    }

    /** Whether the document was read to its last byte. */
    boolean atEnd() {
        return feeder.needMoreInput();
    }

    boolean mayGoOn() {
        return bytes < MOST_BYTES;
    }

    /** Other than a parser that waits for more, it fails where the document ends too early. */
    @Override
    public JsonToken nextToken() throws IOException {
        JsonToken token = delegate.nextToken();
        if (token == JsonToken.NOT_AVAILABLE) {
            throw new JsonEOFException(this, token, "The document ends too early");
        }
        return token;
    }
}
