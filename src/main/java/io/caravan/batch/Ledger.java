package io.caravan.batch;

import io.caravan.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * What is known of each batch and each of its lines. A line gets one result, once; the counters of a batch change in the
 * same transaction. Thread-safe, and several processes may share the database.
 */
public final class Ledger {

    private static final int ROWS_AT_ONCE = 1000;
    private static final String FAILED = "state = 'failed'";
    private static final String NOT_EXECUTED =
            FAILED + " AND error_code IN ('" + LineError.EXPIRED.code() + "', '" + LineError.CANCELLED.code() + "')";
    private static final RowMapper<Batch> BATCH = (row, context) -> batch(row);

    private final Database database;
    private final Duration expires;
    private final Clock clock;

    /** @param expires how long a batch may take */
    public Ledger(Database database, Duration expires, Clock clock) {
        this.database = database;
        this.expires = expires;
        this.clock = clock;
    }

    /** Whether anybody has opened it. */
    boolean inUse() {
        return database.open();
    }

    // batches

    /** The batch of this id. */
    public Optional<Batch> find(String id) {
        return database.jdbi().withHandle(handle -> find(handle, id));
    }

    private static Optional<Batch> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM batch WHERE id = :id")
                .bind("id", id)
                .map(BATCH)
                .findOne();
    }

    /** All batches, the newest first. */
    public List<Batch> all() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT * FROM batch ORDER BY created_at DESC, id")
                        .map(BATCH)
                        .list());
    }

    /**
     * Writes a batch down with all its lines, none of which has a result yet. One that is known goes on where it is; if it
     * was cancelled, or has expired, what was not executed then is to be executed now.
     */
    public Batch register(BatchFile file, String name, Iterator<BatchLine> lines) {
        Optional<Batch> known = find(file.id());
        if (known.isPresent()) {
            Batch batch = known.get();
            boolean cutShort = batch.state() == Batch.State.CANCELLED || batch.state() == Batch.State.EXPIRED;
            return cutShort ? reopened(batch, NOT_EXECUTED) : batch;
        }
        while (lines.hasNext()) {
            database.jdbi().useTransaction(handle -> addLines(handle, file.id(), lines));
        }
        return database.jdbi().inTransaction(handle -> {
            handle.createUpdate(
                            "INSERT INTO batch (id, run, name, state, line_count, sent, done, failed, prompt_tokens,"
                                    + " completion_tokens, created_at, expires_at)"
                                    + " VALUES (:id, :run, :name, 'running', :lines, 0, 0, 0, 0, 0, :now, :expires)"
                                    + " ON CONFLICT DO NOTHING")
                    .bind("id", file.id())
                    .bind("run", run())
                    .bind("name", name)
                    .bind("lines", file.lines())
                    .bind("now", clock.millis())
                    .bind("expires", clock.millis() + expires.toMillis())
                    .execute();
            return find(handle, file.id()).orElseThrow();
        });
    }

    private void addLines(Handle handle, String id, Iterator<BatchLine> lines) {
        PreparedBatch rows =
                handle.prepareBatch("INSERT INTO batch_line (batch_id, line_no, custom_id, state, attempts, updated_at)"
                        + " VALUES (:id, :line, :customId, 'pending', 0, :now) ON CONFLICT DO NOTHING");
        while (lines.hasNext() && rows.size() < ROWS_AT_ONCE) {
            BatchLine line = lines.next();
            rows.bind("id", id)
                    .bind("line", line.number())
                    .bind("customId", line.customId())
                    .bind("now", clock.millis())
                    .add();
        }
        rows.execute();
    }

    /** Has the lines of a finished batch that have failed executed again. */
    public Batch retryFailed(Batch batch) {
        return batch.finished() && batch.failed() > 0 ? reopened(batch, FAILED) : batch;
    }

    private Batch reopened(Batch batch, String which) {
        return database.jdbi().inTransaction(handle -> {
            int again = handle.createUpdate(
                            "UPDATE batch_line SET state = 'pending', response = NULL, error_code = NULL,"
                                    + " error_message = NULL, updated_at = :now WHERE batch_id = :id AND " + which)
                    .bind("id", batch.id())
                    .bind("now", clock.millis())
                    .execute();
            handle.createUpdate("UPDATE batch SET run = :run, state = 'running', sent = 0, failed = failed - :again,"
                            + " expires_at = :expires, finished_at = NULL WHERE id = :id")
                    .bind("id", batch.id())
                    .bind("run", run())
                    .bind("again", again)
                    .bind("expires", clock.millis() + expires.toMillis())
                    .execute();
            return find(handle, batch.id()).orElseThrow();
        });
    }

    private String run() {
        return Long.toString(clock.millis(), Character.MAX_RADIX);
    }

    /** The lines up to this number have been queued. */
    public void sent(String id, int line) {
        database.jdbi()
                .useHandle(handle -> handle.createUpdate("UPDATE batch SET sent = :line WHERE id = :id")
                        .bind("id", id)
                        .bind("line", line)
                        .execute());
    }

    /** Ends a batch that runs: each line that has no result yet gets this one. */
    public void end(String id, Batch.State how, LineError why) {
        database.jdbi().useTransaction(handle -> {
            int ended = handle.createUpdate("UPDATE batch_line SET state = 'failed', error_code = :code,"
                            + " error_message = :message, updated_at = :now"
                            + " WHERE batch_id = :id AND state = 'pending'")
                    .bind("id", id)
                    .bind("code", why.code())
                    .bind("message", why.message())
                    .bind("now", clock.millis())
                    .execute();
            if (ended > 0) {
                handle.createUpdate("UPDATE batch SET failed = failed + :ended, state = :state, finished_at = :now"
                                + " WHERE id = :id AND state = 'running'")
                        .bind("id", id)
                        .bind("ended", ended)
                        .bind("state", how.word())
                        .bind("now", clock.millis())
                        .execute();
            }
        });
    }

    /** The batches that run though their time is over. */
    public List<String> overdue() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT id FROM batch WHERE state = 'running' AND expires_at <= :now")
                        .bind("now", clock.millis())
                        .mapTo(String.class)
                        .list());
    }

    // files in inboxes

    /** The name of the output of a file that was taken before, and has not left its inbox since. */
    public Optional<String> output(String home, String name, String id) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT output FROM batch_file"
                                + " WHERE home = :home AND name = :name AND batch_id = :id")
                        .bind("home", home)
                        .bind("name", name)
                        .bind("id", id)
                        .mapTo(String.class)
                        .findOne());
    }

    /** The batch of a file that was taken, and has not left its inbox since. */
    public Optional<String> taken(String home, String name) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT batch_id FROM batch_file WHERE home = :home AND name = :name")
                        .bind("home", home)
                        .bind("name", name)
                        .mapTo(String.class)
                        .findOne());
    }

    /** A file is taken, and its output will have this name. */
    public void taken(String home, String name, String id, String output) {
        database.jdbi().useTransaction(handle -> {
            left(handle, home, name);
            handle.createUpdate("INSERT INTO batch_file (home, name, batch_id, output)"
                            + " VALUES (:home, :name, :id, :output)")
                    .bind("home", home)
                    .bind("name", name)
                    .bind("id", id)
                    .bind("output", output)
                    .execute();
        });
    }

    /** A file has left its inbox. */
    public void left(String home, String name) {
        database.jdbi().useHandle(handle -> left(handle, home, name));
    }

    private static void left(Handle handle, String home, String name) {
        handle.createUpdate("DELETE FROM batch_file WHERE home = :home AND name = :name")
                .bind("home", home)
                .bind("name", name)
                .execute();
    }

    /** Forgets the batches that ended longer ago than this; returns how many. */
    public int forget(Duration retention) {
        long before = clock.millis() - retention.toMillis();
        return database.jdbi().inTransaction(handle -> {
            handle.createUpdate("DELETE FROM batch_line WHERE batch_id IN"
                            + " (SELECT id FROM batch WHERE finished_at < :before)")
                    .bind("before", before)
                    .execute();
            return handle.createUpdate("DELETE FROM batch WHERE finished_at < :before")
                    .bind("before", before)
                    .execute();
        });
    }

    // lines

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
    public List<FinishedLine> lines(String id, List<Integer> numbers) {
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

    private static Batch batch(ResultSet row) throws SQLException {
        long finished = row.getLong("finished_at");
        return new Batch(
                row.getString("id"),
                row.getString("run"),
                row.getString("name"),
                Batch.State.of(row.getString("state")),
                row.getInt("line_count"),
                row.getInt("sent"),
                row.getInt("done"),
                row.getInt("failed"),
                row.getLong("prompt_tokens"),
                row.getLong("completion_tokens"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")),
                finished == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(finished)));
    }
}
