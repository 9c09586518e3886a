package io.caravan.batch;

import io.caravan.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The lines of batches in the ledger. A line gets one result, once; the counters of its batch change in the same transaction.
 * Thread-safe, and several processes may share the database.
 */
public final class LedgerLines {

    private final Database database;
    private final Clock clock;

    LedgerLines(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Whether a line still waits for its result, in the run that it was queued in. */
    public boolean pending(String id, String run, int line) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT 1 FROM batch b JOIN batch_line l ON l.batch_id = b.id"
                                + " WHERE b.id = :id AND b.run = :run AND l.line_no = :line AND l.state = 'pending'")
                        .bind("id", id)
                        .bind("run", run)
                        .bind("line", line)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent());
    }

    /** The numbers of the lines from one to another that have no result yet. */
    public List<Integer> pending(String id, int from, int to) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT line_no FROM batch_line WHERE batch_id = :id"
                                + " AND line_no BETWEEN :from AND :to AND state = 'pending'")
                        .bind("id", id)
                        .bind("from", from)
                        .bind("to", to)
                        .mapTo(Integer.class)
                        .list());
    }

    /** Writes results down, all in one transaction; of a line that has one already the first stands. */
    public void record(List<LineResult> results) {
        database.jdbi().useTransaction(handle -> record(handle, results));
    }

    private void record(Handle handle, List<LineResult> results) {
        PreparedBatch rows =
                handle.prepareBatch("UPDATE batch_line SET state = :state, attempts = attempts + :attempts,"
                        + " response = :response, error_code = :code, error_message = :message, updated_at = :now"
                        + " WHERE batch_id = :id AND line_no = :line AND state = 'pending'");
        for (LineResult result : results) {
            rows.bind("state", result.answered() ? "done" : "failed")
                    .bind("attempts", result.attempts())
                    .bind("response", result.response())
                    .bind("code", result.error().map(LineError::code))
                    .bind("message", result.error().map(LineError::message))
                    .bind("now", clock.millis())
                    .bind("id", result.batch())
                    .bind("line", result.line())
                    .add();
        }
        int[] changed = rows.execute();
        Map<String, Sums> sums = new HashMap<>();
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] != 0) {
                sums.computeIfAbsent(results.get(i).batch(), id -> new Sums()).add(results.get(i));
            }
        }
        sums.forEach((id, sum) -> count(handle, id, sum));
    }

    private void count(Handle handle, String id, Sums sums) {
        handle.createUpdate("UPDATE batch SET done = done + :done, failed = failed + :failed,"
                        + " prompt_tokens = prompt_tokens + :prompt,"
                        + " completion_tokens = completion_tokens + :completion WHERE id = :id")
                .bind("id", id)
                .bind("done", sums.done)
                .bind("failed", sums.failed)
                .bind("prompt", sums.promptTokens)
                .bind("completion", sums.completionTokens)
                .execute();
        handle.createUpdate("UPDATE batch SET state = 'completed', finished_at = :now"
                        + " WHERE id = :id AND state = 'running' AND done + failed >= line_count")
                .bind("id", id)
                .bind("now", clock.millis())
                .execute();
    }

    private static final class Sums {
        private int done;
        private int failed;
        private long promptTokens;
        private long completionTokens;

        private void add(LineResult result) {
            done += result.answered() ? 1 : 0;
            failed += result.answered() ? 0 : 1;
            promptTokens += result.promptTokens();
            completionTokens += result.completionTokens();
        }
    }

    /** The lines behind this one that have their result, in the order of the file, some hundred at most. */
    public List<FinishedLine> finished(String id, int behind, int most) {
        return database.jdbi()
                .withHandle(
                        handle -> handle.createQuery("SELECT line_no, custom_id, response, error_code, error_message"
                                        + " FROM batch_line WHERE batch_id = :id AND line_no > :behind AND state <> 'pending'"
                                        + " ORDER BY line_no LIMIT :most")
                                .bind("id", id)
                                .bind("behind", behind)
                                .bind("most", most)
                                .map((row, context) -> line(row))
                                .list());
    }

    /** The lines that were answered since then, by their number. */
    public List<Integer> answered(String id, Instant since) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT line_no FROM batch_line WHERE batch_id = :id"
                                + " AND state = 'done' AND updated_at >= :since")
                        .bind("id", id)
                        .bind("since", since.toEpochMilli())
                        .mapTo(Integer.class)
                        .list());
    }

    /** These lines, in any order. */
    public List<FinishedLine> these(String id, List<Integer> numbers) {
        return database.jdbi()
                .withHandle(
                        handle -> handle.createQuery("SELECT line_no, custom_id, response, error_code, error_message"
                                        + " FROM batch_line WHERE batch_id = :id AND line_no IN (<numbers>)")
                                .bind("id", id)
                                .bindList("numbers", numbers)
                                .map((row, context) -> line(row))
                                .list());
    }

    private static FinishedLine line(ResultSet row) throws SQLException {
        String code = row.getString("error_code");
        return new FinishedLine(
                row.getInt("line_no"),
                row.getString("custom_id"),
                Optional.ofNullable(row.getString("response")),
                code == null ? Optional.empty() : Optional.of(new LineError(code, row.getString("error_message"))));
    }

    /** How many lines have failed, by the code of their error. */
    public Map<String, Integer> failures(String id) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT error_code, COUNT(*) AS lines FROM batch_line"
                                + " WHERE batch_id = :id AND state = 'failed' GROUP BY error_code ORDER BY error_code")
                        .bind("id", id)
                        .reduceRows(new LinkedHashMap<>(), (all, row) -> {
                            all.put(row.getColumn("error_code", String.class), row.getColumn("lines", Integer.class));
                            return all;
                        }));
    }
}
