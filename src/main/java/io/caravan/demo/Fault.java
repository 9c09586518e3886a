package io.caravan.demo;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;

/**
 * Something that goes wrong with one answer, to order. Faults are ordered in Java only: a caller of the server cannot ask
 * for one.
 *
 * <p>Pieces are counted from 0, so {@code new Stall(2)} stalls after two pieces. An answer that is not streamed sends
 * its pieces nowhere, but faults strike it at the same times.
 */
public sealed interface Fault {

    /** Before the request is looked at. True if this was the whole answer. */
    default boolean replaces(Line line) {
        return false;
    }

    /** Changes what the model is about to say. */
    default Reply rewrite(Reply reply) {
        return reply;
    }

    /** Before the piece at an index, or the terminator, is written. True if the answer does not go on. */
    default boolean strikes(int index, Line line, Wire wire) {
        return false;
    }

    /** Whether the terminator is written in full. */
    default boolean terminates() {
        return true;
    }

    /** No fault, for a place in a queue of them. */
    static Fault none() {
        return new None();
    }

    /** A status with an error body that both wire formats understand in part, and a header. */
    static Fault status(int status, String header, String value) {
        return new Status(status, Map.of("Content-Type", "application/json", header, value), errorBody(status));
    }

    /** A status with an error body. */
    static Fault status(int status) {
        return new Status(status, Map.of("Content-Type", "application/json"), errorBody(status));
    }

    /** The page of a proxy in the model's place, with status 200. */
    static Fault page() {
        return new Status(
                200, Map.of("Content-Type", "text/html"), Buffer.buffer("<html><body><h1>Welcome</h1></body></html>"));
    }

    private static Buffer errorBody(int status) {
        return Json.write(Json.object().put("error", "ordered to fail with status " + status));
    }

    /** Nothing goes wrong. */
    record None() implements Fault {}

    /** An answer of any kind in the model's place. */
    record Status(int status, Map<String, String> headers, Buffer body) implements Fault {

        public Status {
            headers = Map.copyOf(headers);
        }

        @Override
        public boolean replaces(Line line) {
            line.answer(status, headers, body);
            return true;
        }
    }

    /** The connection ends before a status line. */
    record HangUp(Cut.How how) implements Fault {

        @Override
        public boolean replaces(Line line) {
            how.on(line);
            return true;
        }
    }

    /** The request is read and never answered. */
    record Silence() implements Fault {

        @Override
        public boolean replaces(Line line) {
            return true;
        }
    }

    /** A pause before the piece at an index; then the answer goes on. */
    record Pause(int before, Duration pause) implements Fault {

        @Override
        public Reply rewrite(Reply reply) {
            return reply.at(reply.pace().pausing(before, pause));
        }
    }

    /** Nothing more after so many pieces, on a connection that stays open. */
    record Stall(int after) implements Fault {

        @Override
        public boolean strikes(int index, Line line, Wire wire) {
            return index == after;
        }
    }

    /** The answer ends after so many pieces, without its terminator. */
    record Cut(int after, How how) implements Fault {

        /** What the caller's connection sees. */
        public enum How {
            /** The end of the HTTP answer: a short answer, complete to the eyes of HTTP. */
            END {
                @Override
                void on(Line line) {
                    line.end(Ending.How.BROKEN);
                }
            },
            /** The end of the connection. */
            CLOSE {
                @Override
                void on(Line line) {
                    line.close();
                }
            },
            /** A reset of the connection. */
            RESET {
                @Override
                void on(Line line) {
                    line.reset();
                }
            };

            abstract void on(Line line);
        }

        @Override
        public boolean strikes(int index, Line line, Wire wire) {
            if (index != after) {
                return false;
            }
            how.on(line);
            return true;
        }
    }

    /** An error as the wire format knows it, after so many pieces; then the answer ends. Not streamed: status 500. */
    record ErrorLine(int after, String message) implements Fault {

        @Override
        public boolean strikes(int index, Line line, Wire wire) {
            if (index != after) {
                return false;
            }
            line.fail(wire.error(message));
            return true;
        }
    }

    /** A text of any kind before the piece at an index; then the answer goes on. */
    record Garbage(int before, String text) implements Fault {

        @Override
        public boolean strikes(int index, Line line, Wire wire) {
            if (index == before) {
                line.write(Buffer.buffer(text));
            }
            return false;
        }
    }

    /** All is said, but the stream's terminator is missing: {@code [DONE]}, {@code message_stop}, or the last line's end. */
    record Unterminated() implements Fault {

        @Override
        public boolean terminates() {
            return false;
        }
    }

    /** Each byte travels alone, so that characters and lines are split in every place. */
    record ByteByByte() implements Fault {

        @Override
        public boolean strikes(int index, Line line, Wire wire) {
            line.byteByByte();
            return false;
        }
    }

    /** The same word again and again at an interval, for ever. */
    record Trickle(Duration interval) implements Fault {

        @Override
        public Reply rewrite(Reply reply) {
            return reply.saying(new Words(Integer.MAX_VALUE, index -> " on")).at(Pace.steady(Duration.ZERO, interval));
        }
    }
}
