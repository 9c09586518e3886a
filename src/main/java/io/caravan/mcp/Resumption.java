package io.caravan.mcp;

import io.caravan.failure.CaravanException;
import io.caravan.stream.SseEvents;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rest of an answer whose stream the server has ended, to be asked for it later: after the time that it named, with the
 * last event that came. It may come in several pieces. Thread-safe.
 */
final class Resumption {

    private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);

    private final HttpClient client;
    private final HttpRequest post;
    private final EventTail tail;
    private volatile boolean ended;
    private volatile Runnable interrupt = () -> {};
    private volatile InputStream reading = InputStream.nullInputStream();

    /** Gets the data of each event. */
    interface Events {
        void came(byte[] data) throws IOException;
    }

    Resumption(HttpClient client, HttpRequest post, EventTail tail) {
        this.client = client;
        this.post = post;
        this.tail = tail;
    }

    /** Whether the server has said where to go on. */
    boolean possible() {
        return tail.id().isPresent();
    }

    /**
     * Reads the rest on a thread of its own.
     *
     * @param wanted until when
     * @param over is run when there is no more to read
     */
    void start(String name, BooleanSupplier wanted, Events events, Runnable over) {
        Thread thread = new Thread(
                () -> {
                    try {
                        read(() -> !ended && wanted.getAsBoolean(), events);
                    } catch (IOException | CaravanException | IllegalArgumentException e) {
                        LOG.debug("{}: {}", name, e.toString());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    over.run();
                },
                name);
        thread.setDaemon(true);
        interrupt = thread::interrupt;
        thread.start();
    }

    /** Nobody wants the rest any more. */
    void end() {
        ended = true;
        interrupt.run();
        try {
            reading.close(); // an interrupt does not reach who reads it
        } catch (IOException e) {
            LOG.debug("not closed: {}", e.toString());
        }
    }

    private void read(BooleanSupplier wanted, Events events) throws IOException, InterruptedException {
        while (wanted.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(tail.retry().toMillis());
            try (InputStream body = opened()) {
                reading = body;
                SseEvents stream = new SseEvents(new Noted(body, tail), McpJson.LARGEST_MESSAGE);
                while (wanted.getAsBoolean() && stream.next()) {
                    events.came(stream.copy());
                }
            }
        }
    }

    private InputStream opened() throws IOException, InterruptedException {
        HttpRequest.Builder get = HttpRequest.newBuilder(post, (name, value) -> !name.equalsIgnoreCase("Content-Type"))
                .GET()
                .setHeader("Accept", "text/event-stream");
        HttpResponse<InputStream> answer = client.send(tail.resume(get).build(), BodyHandlers.ofInputStream());
        boolean stream = answer.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith("text/event-stream"))
                .isPresent();
        if (answer.statusCode() != 200 || !stream) {
            answer.body().close();
            throw new IOException("status " + answer.statusCode());
        }
        return answer.body();
    }

    /** Is read, and noted. */
    private static final class Noted extends FilterInputStream {

        private final EventTail tail;

        Noted(InputStream in, EventTail tail) {
            super(in);
            this.tail = tail;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int count = super.read(bytes, from, length);
            if (count > 0) {
                tail.came(ByteBuffer.wrap(bytes, from, count));
            }
            return count;
        }
    }
}
