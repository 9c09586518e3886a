package io.caravan.batch;

import io.caravan.files.StorageException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;

/** The file in which the answers of a batch can be watched as they come, in no order. Not thread-safe. */
public final class PartialOutput {

    private static final int LINES_AT_ONCE = 500;

    /** Results are dated by the machine they come from, whose clock may be slow. */
    private static final Duration OTHER_CLOCKS = Duration.ofMinutes(5);

    private final Ledger ledger;
    private final String batch;
    private final Path file;
    private final BitSet written = new BitSet();
    private int finished = -1;
    private Instant since = Instant.EPOCH;

    /** @param file whatever a crash has left in it is dropped */
    PartialOutput(Ledger ledger, String batch, Path file) throws IOException {
        this.ledger = ledger;
        this.batch = batch;
        this.file = file;
        Files.write(file, new byte[0]);
    }

    /** Appends the answers that have come since the last time. */
    public void append(Batch now) {
        if (now.done() + now.failed() == finished) {
            return;
        }
        try (Writer out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            Instant before = Instant.now().minus(OTHER_CLOCKS);
            List<Integer> fresh = ledger.lines().answered(batch, since).stream()
                    .filter(line -> !written.get(line))
                    .toList();
            for (int from = 0; from < fresh.size(); from += LINES_AT_ONCE) {
                append(out, fresh.subList(from, Math.min(from + LINES_AT_ONCE, fresh.size())));
            }
            finished = now.done() + now.failed();
            since = before;
        } catch (IOException e) {
            throw new StorageException("cannot write " + file, e);
        }
    }

    private void append(Writer out, List<Integer> lines) throws IOException {
        for (FinishedLine line : ledger.lines().these(batch, lines)) {
            BatchOutput.write(out, batch, line);
            written.set(line.number());
        }
    }

    /** The output is whole: nobody needs this any more. */
    public void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
