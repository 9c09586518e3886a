package io.caravan.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * The lines of a batch that have still to be queued, some hundred at a time, read from its file as they are needed. Not
 * thread-safe.
 */
public final class FanOut implements Iterator<FanOut.Part>, AutoCloseable {

    private static final int LINES_AT_ONCE = 500;

    private final Ledger ledger;
    private final Batch batch;
    private final BatchLines lines;
    private int upTo;

    /** Some lines of a batch; with them all up to this number are queued. */
    public record Part(Batch batch, List<BatchLine> lines, int upTo) {
        public Part {
            lines = List.copyOf(lines);
        }
    }

    public FanOut(Ledger ledger, Batch batch, Path file) throws IOException {
        this.ledger = ledger;
        this.batch = batch;
        this.lines = BatchLines.of(file);
        this.upTo = batch.sent();
    }

    @Override
    public boolean hasNext() {
        while (lines.hasNext() && lines.peek().number() <= upTo) {
            lines.next();
        }
        return lines.hasNext();
    }

    @Override
    public Part next() {
        int from = upTo + 1;
        List<BatchLine> part = new ArrayList<>();
        while (part.size() < LINES_AT_ONCE && hasNext()) {
            BatchLine line = lines.next();
            part.add(line);
            upTo = line.number();
        }
        Set<Integer> pending = new HashSet<>(ledger.lines().pending(batch.id(), from, upTo));
        part.removeIf(line -> !pending.contains(line.number()));
        return new Part(batch, part, upTo);
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
