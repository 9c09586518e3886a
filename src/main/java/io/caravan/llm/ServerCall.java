package io.caravan.llm;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One call to one server, from its choice to its end. Thread-safe. */
public final class ServerCall {

    private final Servers servers;
    private final Server server;
    private final boolean probe;
    private final AtomicBoolean released = new AtomicBoolean();

    ServerCall(Servers servers, Server server, boolean probe) {
        this.servers = servers;
        this.server = server;
        this.probe = probe;
    }

    /** Which one of the provider's servers it is, from 0. */
    public int index() {
        return server.index();
    }

    /** The server has answered with these headers: they may say that it takes no more for the moment. */
    public void answered(Map<String, String> lowerCaseHeaders) {
        RateLimitHeaders.pause(lowerCaseHeaders, Instant.now()).ifPresent(server::limited);
    }

    /**
     * The call has failed: the server, where it is to blame, is set aside.
     *
     * @return the failure, or where another server is ready one that says so
     */
    public CaravanException failed(CaravanException why) {
        boolean unserved = why instanceof RejectedException && why.othersMayAnswer();
        if (!unserved && !Breakers.blamesTheModel(why)) {
            return why;
        }
        Optional<Duration> asked = why.retryAfter();
        if (why.code() == ErrorCode.RATE_LIMITED) {
            asked.ifPresent(server::limited);
        }
        if (!servers.several()) {
            return why;
        }
        server.failed(why.reason(), asked.orElse(Duration.ZERO));
        return servers.anotherReady(server) ? UnavailableException.ofOneServer(why) : why;
    }

    /** The answer is whole: the server is well. */
    public void succeeded() {
        server.succeeded();
    }

    /** The call is over, however it ended. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            server.end(probe);
        }
    }
}
