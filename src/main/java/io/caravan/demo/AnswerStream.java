package io.caravan.demo;

import io.caravan.demo.Ending.How;
import io.vertx.core.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One answer on its way out, piece by piece at its pace. A reader who does not read makes it wait. */
final class AnswerStream {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);

    /** So many pieces in one go at most; then the other streams have their turn. */
    private static final int TURN = 32;

    private final Ticker ticker;
    private final Line line;
    private final Wire wire;
    private final Reply reply;
    private final Fault fault;
    private final boolean streamed;
    private final int promptSize;
    private final int pieces;
    private final long begun = System.nanoTime();
    private final Runnable turn = this::turn;
    private long first;
    private int next;

    AnswerStream(Ticker ticker, Line line, Wire wire, Reply reply, Fault fault, boolean streamed, int promptSize) {
        this.ticker = ticker;
        this.line = line;
        this.wire = wire;
        this.reply = reply;
        this.fault = fault;
        this.streamed = streamed;
        this.promptSize = promptSize;
        this.pieces = reply.pieces();
    }

    void start() {
        if (streamed) {
            line.begin(wire.streamType());
        }
        turn();
    }

    private void turn() {
        try {
            advance();
        } catch (RuntimeException e) {
            LOG.error("The script failed at piece {} of an answer", next, e);
            line.close();
        }
    }

    private void advance() {
        for (int step = 0; line.open(); step++) {
            long due = begun + reply.pace().nanosTo(Math.min(next, pieces - 1L));
            if (due > System.nanoTime() || step == TURN) {
                ticker.at(due, turn);
                return;
            }
            if (line.full()) {
                line.whenDrained(turn);
                return;
            }
            if (fault.strikes(next, line, wire) || !goOn()) {
                return;
            }
        }
    }

    /** Says the next piece; false if that was the end. */
    private boolean goOn() {
        if (next == 0) {
            first = System.nanoTime();
        }
        if (next == pieces) {
            end();
            return false;
        }
        if (streamed) {
            line.write(piece(next));
        }
        next++;
        line.call().sent(next);
        return true;
    }

    private Buffer piece(int index) {
        int thoughts = reply.thoughts().count();
        if (index < thoughts) {
            return wire.thought(reply.thoughts().at().apply(index));
        }
        int words = reply.words().count();
        int calls = reply.calls().size();
        int after = index - thoughts;
        int word = wire.callsFirst() ? after - calls : after;
        if (word >= 0 && word < words) {
            return wire.text(reply.words().at().apply(word));
        }
        int call = wire.callsFirst() ? after : after - words;
        return wire.call(call, reply.calls().get(call));
    }

    private void end() {
        if (!streamed) {
            line.answer(200, wire.whole(reply, tally()));
            return;
        }
        line.write(wire.last(reply, tally(), fault.terminates()));
        line.end(How.ANSWERED);
    }

    private Tally tally() {
        long now = System.nanoTime();
        long received = line.call().nanoTime();
        return new Tally(promptSize, pieces, now - received, begun - received, first - begun, now - first);
    }
}
