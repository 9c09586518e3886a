package io.caravan.demo;

import io.caravan.demo.Ending.How;
import io.netty.channel.ChannelOption;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;

/** The way back to one caller. To be used on the event loop only. */
final class Line {

    private final Call call;
    private final HttpServerResponse response;
    private final ConnectionBase connection;
    private boolean byteByByte;

    Line(Call call, HttpServerRequest request) {
        this.call = call;
        this.response = request.response();
        this.connection = (ConnectionBase) request.connection();
    }

    Call call() {
        return call;
    }

    boolean open() {
        return !call.hasEnded() && !response.closed();
    }

    /** Answers with everything at once, or with the rest where a part is out already. */
    void answer(int status, Map<String, String> headers, Buffer body) {
        if (!response.headWritten()) {
            headers.forEach(response::putHeader);
            response.setStatusCode(status);
        }
        response.end(body);
        call.ended(How.ANSWERED);
    }

    /** Answers with JSON. */
    void answer(int status, Buffer json) {
        answer(status, Map.of("Content-Type", "application/json; charset=utf-8"), json);
    }

    /** Prepares an answer in parts; nothing goes out before its first part. */
    void begin(String contentType) {
        response.setChunked(true).putHeader("Content-Type", contentType);
    }

    /** Breaks the answer off with an error: after a part in its stream, else with a status. */
    void fail(Buffer error) {
        if (response.isChunked()) {
            write(error);
            end(How.BROKEN);
        } else {
            answer(500, error);
        }
    }

    /** Writes a part of the answer. */
    void write(Buffer part) {
        if (!response.headWritten()) {
            response.setChunked(true);
        }
        if (!byteByByte) {
            response.write(part);
            return;
        }
        for (int index = 0; index < part.length(); index++) {
            response.write(part.getBuffer(index, index + 1));
        }
    }

    /** From now on each byte is a part of its own. */
    void byteByByte() {
        byteByByte = true;
    }

    /** Ends the answer as HTTP demands. */
    void end(How how) {
        response.end();
        call.ended(how);
    }

    /** Closes the connection; an answer in parts stays without its end. */
    void close() {
        call.ended(How.BROKEN);
        connection.close();
    }

    /** Resets the connection, so that the caller's next read fails. */
    void reset() {
        call.ended(How.BROKEN);
        connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        connection.close();
    }

    boolean full() {
        return response.writeQueueFull();
    }

    void whenDrained(Runnable action) {
        Handler<Void> once = any -> {
            response.drainHandler(null);
            action.run();
        };
        response.drainHandler(once);
    }
}
