package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.caravan.files.Durable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the results of a batch as files, from the ledger, in the order of the lines; each file is whole when it has its name. */
public final class BatchOutput {

    private static final int LINES_AT_ONCE = 500;

    private final Ledger ledger;

    public BatchOutput(Ledger ledger) {
        this.ledger = ledger;
    }

    /** How many lines went where. */
    public record Written(int answers, int errors) {}

    /** Writes the answers into one file and the errors into another; there is no file of errors where there are none. */
    public Written write(String batch, Path output, Path errors) throws IOException {
        Path unfinishedOutput = Durable.unfinished(output);
        Path unfinishedErrors = Durable.unfinished(errors);
        Written written = lines(batch, unfinishedOutput, unfinishedErrors);
        if (written.errors() > 0) {
            Durable.rename(unfinishedErrors, errors);
        } else {
            Files.delete(unfinishedErrors);
            Files.deleteIfExists(errors);
        }
        Durable.rename(unfinishedOutput, output);
        return written;
    }

    private Written lines(String batch, Path output, Path errors) throws IOException {
        int answered = 0;
        int failed = 0;
        try (BufferedWriter answers = Files.newBufferedWriter(output);
                BufferedWriter failures = Files.newBufferedWriter(errors)) {
            List<FinishedLine> lines = ledger.lines().finished(batch, 0, LINES_AT_ONCE);
            while (!lines.isEmpty()) {
                for (FinishedLine line : lines) {
                    boolean answer = line.error().isEmpty();
                    write(answer ? answers : failures, batch, line);
                    answered += answer ? 1 : 0;
                    failed += answer ? 0 : 1;
                }
                lines = ledger.lines()
                        .finished(batch, lines.get(lines.size() - 1).number(), LINES_AT_ONCE);
            }
        }
        return new Written(answered, failed);
    }

    /** One line as OpenAI has it. */
    static void write(Writer out, String batch, FinishedLine line) throws IOException {
        out.write("{\"id\":\"batch_req_" + batch.substring(0, 16) + "_" + line.number() + "\",\"custom_id\":");
        out.write(quoted(line.customId()));
        out.write(",\"response\":" + line.response().orElse("null") + ",\"error\":");
        out.write(line.error()
                .map(error -> "{\"code\":" + quoted(error.code()) + ",\"message\":" + quoted(error.message()) + "}")
                .orElse("null"));
        out.write("}\n");
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsUTF8(text), UTF_8) + "\"";
    }
}
