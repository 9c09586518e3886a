package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent;
import io.caravan.dialect.Answer;
import io.caravan.dialect.Finish;
import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import io.caravan.limit.Deadlines;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call to a provider: its timers, its abort, and the chunks of its answer as far as they are to be sent on.
 *
 * <p>As an iterator it never throws and never looks ahead. A failure ends it and is told by {@link #verdict()}, so that
 * chunks before it are out by then, and so that only a failure of the model reaches the circuit breaker as one.
 */
public final class Attempt implements Iterator<ChatEvent.@Nullable Chunk>, Closeable {

    private static final Duration LAST_BYTES = Duration.ofMillis(500);

    private final ChatCall call;
    private final Provider provider;
    private final Deadlines deadlines;
    private final ServerCall server;

    private final AtomicReference<@Nullable CaravanException> aborted = new AtomicReference<>();
    private volatile Runnable abort = Attempt::nothingYet;
    private final Silence silence;
    private volatile boolean chunksCame;
    private volatile boolean closed;

    private final @Nullable Seam seam;
    private @Nullable Answer answer;
    private @Nullable CaravanException failure;
    private boolean ended;

    /** Begins the call: from here on silence is timed, and stopping the chat call aborts it. */
    public Attempt(ChatCall call, Provider provider, Deadlines deadlines) {
        this.call = call;
        this.provider = provider;
        this.deadlines = deadlines;
        this.server = provider.servers().take();
        boolean resumes = call.progress().outInTurn() > 0;
        seam = resumes ? new Seam(call.progress().handedOut()) : null;
        if (!resumes
                && (Resume.mayBecomeNecessary(call, provider)
                        || !call.request().tools().isEmpty())) {
            call.progress().remember();
        }
        call.progress().attempted();
        silence = new Silence(
                deadlines,
                provider.settings().firstByteTimeout(),
                provider.settings().idleTimeout(),
                this::silent);
        silence.begin();
        call.whenStopped(() -> abort(call.stopped().orElseThrow()));
    }

    /** The one of the provider's servers that is called. */
    public ServerCall server() {
        return server;
    }

    /** How to break the connection off, from any thread, once there is one. */
    public void abortBy(Runnable abort) {
        this.abort = abort;
        if (aborted.get() != null) {
            abort.run();
        }
    }

    /** Breaks the connection off; the first reason stands. */
    public void abort(CaravanException why) {
        if (aborted.compareAndSet(null, why)) {
            abort.run();
        }
    }

    /** Why the connection was broken off from our side, if it was. */
    public Optional<CaravanException> aborted() {
        return Optional.ofNullable(aborted.get());
    }

    /** The call is made again within this attempt: the connection it took was gone. */
    public void repeated() {
        call.progress().attempted();
    }

    /** To be told of the bytes that come: where there are none for too long, the connection is broken off. */
    public Silence silence() {
        return silence;
    }

    /** The response came with a 2xx status; its body is read chunk by chunk. */
    public void answeredWith(InputStream body, String contentType) {
        answer = provider.dialect().decode(body, contentType);
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public ChatEvent.@Nullable Chunk next() {
        if (ended || answer == null) {
            throw new NoSuchElementException();
        }
        silence.resume();
        try {
            if (!answer.hasNext()) {
                ended = true;
                return call.lastChunk().orElse(null);
            }
            ChatEvent.Chunk came = distinct(answer.next());
            ended = !answer.hasNext() && call.request().stream();
            ChatEvent.Chunk chunk = seam == null ? came : joined(seam, came);
            if (chunk == null) {
                return null;
            }
            chunksCame = true;
            return call.takes(chunk) ? chunk : null;
        } catch (CaravanException e) {
            ended = true;
            failure = e;
            return null;
        } finally {
            silence.pause();
        }
    }

    /** An agent answers its calls itself, by their ids. */
    private ChatEvent.@Nullable Chunk distinct(ChatEvent.@Nullable Chunk came) {
        return came == null || !provider.dialect().takesTools() ? came : call.distinct(came);
    }

    /** Of the rest of a broken answer, what was not handed out before; thoughts were. */
    private ChatEvent.@Nullable Chunk joined(Seam seam, ChatEvent.@Nullable Chunk came) {
        String text = came instanceof ChatEvent.Text next ? seam.join(next.data()) : "";
        if (ended) {
            text += seam.rest();
        }
        return text.isEmpty() ? null : new ChatEvent.Text(text);
    }

    /** No chunk is wanted any more. */
    public void noMore() {
        ended = true;
    }

    /**
     * How the call ended, told once all that came of it is out; a failure is yet to be {@link #judged}.
     *
     * @throws CaravanException if it did not end well
     */
    public void verdict() {
        CaravanException why = aborted.get();
        if (why == null) {
            why = failure;
        }
        if (why != null) {
            throw server.failed(why);
        }
        if (answer == null) {
            throw new IllegalStateException("the call has not been answered");
        }
        Finish finish = answer.finish();
        if (seam != null) {
            call.progress().resumed();
        }
        call.progress().finished(finish.reason(), finish.usage(), finish.kept());
        server.succeeded();
    }

    /** What a failure means, now that some of the answer to {@code call} may be out. */
    public static CaravanException judged(ChatCall call, CaravanException why) {
        if (why instanceof CancelledException) {
            return new CancelledException(why.getMessage(), call.progress().chunksOut() > 0);
        }
        if (call.progress().outInTurn() > 0) {
            String what = call.progress().brokeOff(why.getMessage());
            return new StreamException(ErrorCode.STREAM_INTERRUPTED, what, true, why);
        }
        if (why.code() == ErrorCode.STREAM_INTERRUPTED) {
            return new UnavailableException(ErrorCode.PROVIDER_UNAVAILABLE, why.getMessage(), why);
        }
        return why;
    }

    /** What a failure that is told means: behind the first chunk of any turn the answer is partial. */
    public static CaravanException told(ChatCall call, CaravanException why) {
        if (why.partial() || call.progress().chunksOut() == 0) {
            return why;
        }
        return why instanceof CancelledException
                ? new CancelledException(why.getMessage(), true)
                : new StreamException(ErrorCode.STREAM_INTERRUPTED, String.valueOf(why.getMessage()), true, why);
    }

    /**
     * Stops the timers and lets the connection go: into the pool after a whole answer, which is read to its end for that,
     * else it is discarded. A server that does not end its answer within half a second loses the connection.
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        server.release();
        silence.end();
        call.nothingToStop();
        if (answer != null) {
            Future<?> patience = deadlines.after(LAST_BYTES, abort);
            try {
                answer.close();
            } finally {
                patience.cancel(false);
            }
        }
    }

    private void silent(String within) {
        abort(
                chunksCame
                        ? StreamException.interrupted(provider.name() + " sent nothing more within " + within, null)
                        : UnavailableException.silent(provider.name() + " sent nothing within " + within));
    }

    private static void nothingYet() {}
}
