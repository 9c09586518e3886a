package io.caravan.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A parser that reads one document after the other. Where one cannot be read, the parser is of no use any more. Not
 * thread-safe.
 */
final class PooledParser extends JsonParserDelegate {

    /** It learns field names, and a server may write ever new ones: after so many bytes it is not used again. */
    private static final int MOST_BYTES = 1 << 20;

    private static final byte[] NOTHING = {};
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private final ByteArrayFeeder feeder;
    private int bytes;

    PooledParser(JsonFactory factory) throws IOException {
        this(factory.createNonBlockingByteArrayParser());
        // A new one would take a byte order mark, and a used one would not.
        begin(EMPTY_OBJECT, 0, EMPTY_OBJECT.length);
        delegate.nextToken();
        delegate.nextToken();
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

    /** Whether the document was read to its last byte, and is whole. */
    boolean atEnd() {
        return feeder.needMoreInput() && delegate.getParsingContext().inRoot();
    }

    /** Forgets the document, whose bytes belong to somebody else. */
    void letGo() throws IOException {
        feeder.feedInput(NOTHING, 0, 0);
    }

    boolean mayGoOn() {
        return bytes < MOST_BYTES;
    }

    /** Other than a parser that waits for more, it fails where the document ends too early; as all below. */
    @Override
    public JsonToken nextToken() throws IOException {
        JsonToken token = delegate.nextToken();
        if (token == JsonToken.NOT_AVAILABLE) {
            throw new JsonEOFException(this, token, "The document ends too early");
        }
        return token;
    }

    @Override
    public JsonParser skipChildren() throws IOException {
        int open = isOpening(currentToken()) ? 1 : 0;
        while (open > 0) {
            JsonToken token = nextToken();
            if (isOpening(token)) {
                open++;
            } else if (token.isStructEnd()) {
                open--;
            }
        }
        return this;
    }

    private static boolean isOpening(@Nullable JsonToken token) {
        return token != null && token.isStructStart();
    }
}
