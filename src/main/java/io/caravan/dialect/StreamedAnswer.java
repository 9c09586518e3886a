package io.caravan.dialect;

import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Answer} of any dialect. A failure after the first chunk, whatever it is but a cancellation, is
 * {@code stream_interrupted} and partial, since nobody may try again behind the caller's back then.
 *
 * <p>The end of the answer is handed out the moment it is read, before the end of the connection's stream.
 * {@link #close()} after it reads on to that, so that the connection can be used again: at most
 * {@value #DRAINED_AT_MOST} bytes, and for as long as the stream lets it wait, so whoever closes sets the time.
 * {@code close()} before the end reads nothing.
 */
public final class StreamedAnswer implements Answer {

    private static final int DRAINED_AT_MOST = 64 * 1024;

    private final AnswerReader reader;
    private final InputStream body;
    private final Queue<Chunk> waiting = new ArrayDeque<>(2);
    private @Nullable Finish finish;
    private boolean handedOut;
    private boolean failed;
    private boolean closed;

    /** @param reader made from what takes its chunks */
    public StreamedAnswer(Function<Consumer<Chunk>, AnswerReader> reader, InputStream body) {
        this.reader = reader.apply(waiting::add);
        this.body = body;
    }

    @Override
    public boolean hasNext() {
        return !failed && (finish == null || !waiting.isEmpty());
    }

    @Override
    public @Nullable Chunk next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (waiting.isEmpty()) {
            read();
        }
        Chunk chunk = waiting.poll();
        handedOut |= chunk != null;
        return chunk;
    }

    @Override
    public Finish finish() {
        if (finish == null) {
            throw new IllegalStateException("the answer has not ended");
        }
        return finish;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (body) {
            if (finish != null) {
                drain();
            }
        }
    }

    private void read() {
        try {
            finish = reader.read().orElse(null);
        } catch (IOException e) {
            throw failure(StreamException.interrupted("The connection broke before the end of the answer", e));
        } catch (CaravanException e) {
            throw failure(e);
        }
    }

    private CaravanException failure(CaravanException e) {
        failed = true;
        waiting.clear();
        if (!handedOut || e instanceof CancelledException) {
            return e;
        }
        return new StreamException(ErrorCode.STREAM_INTERRUPTED, String.valueOf(e.getMessage()), true, e);
    }

    /** The answer is whole: a connection that breaks now is only not used again. */
    private void drain() {
        try {
            reader.drain(DRAINED_AT_MOST);
        } catch (IOException | StreamException | UnavailableException e) {
            return;
        }
    }
}
