package io.caravan.batch;

import io.caravan.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;

/** What is known of each batch. Thread-safe, and several processes may share the database. */
public final class Ledger {

    private static final int ROWS_AT_ONCE = 1000;
    private static final String FAILED = "state = 'failed'";
    private static final String NOT_EXECUTED =
            FAILED + " AND error_code IN ('" + LineError.EXPIRED.code() + "', '" + LineError.CANCELLED.code() + "')";
    private static final RowMapper<Batch> BATCH = (row, context) -> batch(row);

    private final Database database;
    private final LedgerLines lines;
    private final TakenFiles files;
    private final Duration expires;
    private final Clock clock;

    /** @param expires how long a batch may take */
    public Ledger(Database database, Duration expires, Clock clock) {
        this.database = database;
        this.lines = new LedgerLines(database, clock);
        this.files = new TakenFiles(database, clock);
        this.expires = expires;
        this.clock = clock;
    }

    /** Whether anybody has opened it. */
    boolean inUse() {
        return database.open();
    }

    /** The lines of all batches. */
    public LedgerLines lines() {
        return lines;
    }

    /** The files that brought them. */
    public TakenFiles files() {
        return files;
    }

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
            if (begin(handle, batch)) {
                int again = handle.createUpdate(
                                "UPDATE batch_line SET state = 'pending', response = NULL, error_code = NULL,"
                                        + " error_message = NULL, updated_at = :now WHERE batch_id = :id AND " + which)
                        .bind("id", batch.id())
                        .bind("now", clock.millis())
                        .execute();
                handle.createUpdate("UPDATE batch SET failed = failed - :again WHERE id = :id")
                        .bind("id", batch.id())
                        .bind("again", again)
                        .execute();
            }
            return find(handle, batch.id()).orElseThrow();
        });
    }

    /** Begins another run, unless somebody else has since the batch was looked at. */
    private boolean begin(Handle handle, Batch batch) {
        return handle.createUpdate("UPDATE batch SET run = :run, state = 'running', sent = 0, expires_at = :expires,"
                                + " finished_at = NULL WHERE id = :id AND run = :before AND state <> 'running'")
                        .bind("id", batch.id())
                        .bind("run", run())
                        .bind("before", batch.run())
                        .bind("expires", clock.millis() + expires.toMillis())
                        .execute()
                > 0;
    }

    private String run() {
        return Long.toString(clock.millis(), Character.MAX_RADIX);
    }

    /** The lines up to this number have been queued, at least. */
    public void sent(String id, int line) {
        database.jdbi()
                .useHandle(
                        handle -> handle.createUpdate("UPDATE batch SET sent = :line WHERE id = :id AND sent < :line")
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

    /** Forgets the batches that ended longer ago than this; returns how many. */
    public int forget(Duration retention) {
        long before = clock.millis() - retention.toMillis();
        return database.jdbi().inTransaction(handle -> {
            handle.createUpdate("DELETE FROM batch_line WHERE batch_id IN"
                            + " (SELECT id FROM batch WHERE finished_at < :before)")
                    .bind("before", before)
                    .execute();
            // of a batch that was never written down to its end
            handle.createUpdate("DELETE FROM batch_line WHERE updated_at < :before"
                            + " AND batch_id NOT IN (SELECT id FROM batch)")
                    .bind("before", before)
                    .execute();
            handle.createUpdate("DELETE FROM batch_file WHERE taken_at < :before"
                            + " AND batch_id NOT IN (SELECT id FROM batch WHERE state = 'running')")
                    .bind("before", before)
                    .execute();
            return handle.createUpdate("DELETE FROM batch WHERE finished_at < :before")
                    .bind("before", before)
                    .execute();
        });
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
