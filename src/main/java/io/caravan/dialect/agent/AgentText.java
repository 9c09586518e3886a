package io.caravan.dialect.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.dialect.AnswerReader;
import io.caravan.dialect.Finish;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Optional;
import java.util.function.Consumer;

/** An answer that is nothing but its text, handed out as its bytes come; the end of the stream is its end. */
final class AgentText implements AnswerReader {

    private static final int SIZE = 2048;

    private final InputStream body;
    private final AgentChunks chunks;
    private final ByteBuffer bytes = ByteBuffer.allocate(SIZE);
    private final CharBuffer chars = CharBuffer.allocate(SIZE);
    private final CharsetDecoder utf8 = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /** @param out takes the chunks */
    AgentText(InputStream body, Consumer<Chunk> out) {
        this.body = body;
        this.chunks = new AgentChunks(out);
    }

    @Override
    public Optional<Finish> read() throws IOException {
        int read = body.read(bytes.array(), bytes.position(), bytes.remaining());
        if (read >= 0) {
            bytes.position(bytes.position() + read);
        }
        decode(read < 0);
        return read < 0 ? Optional.of(chunks.finish("stop")) : Optional.empty();
    }

    /** Half a character at the end stays for the next read. */
    private void decode(boolean last) {
        bytes.flip();
        utf8.decode(bytes, chars, last);
        if (last) {
            utf8.flush(chars);
        }
        bytes.compact();
        if (chars.flip().hasRemaining()) {
            chunks.text(chars.toString());
        }
        chars.clear();
    }

    /** Nothing follows the end of a stream. */
    @Override
    public void drain(int most) {}
}
