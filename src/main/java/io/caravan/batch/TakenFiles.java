package io.caravan.batch;

import io.caravan.store.Database;
import java.time.Clock;
import java.util.Optional;

/**
 * The batch files that were taken from inboxes, in the ledger, so that the output of a file that is taken up again after a
 * crash has the name that it had before. Thread-safe.
 */
public final class TakenFiles {

    private final Database database;
    private final Clock clock;

    TakenFiles(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A file in an inbox.
     *
     * @param home tells the work dir from those of other machines
     * @param version tells the file from another of its name
     */
    public record Taken(String home, String name, String version) {}

    /** The name of the output of a file that was taken before. */
    public Optional<String> output(Taken file, String batch) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT output FROM batch_file WHERE home = :home"
                                + " AND name = :name AND version = :version AND batch_id = :batch")
                        .bindMethods(file)
                        .bind("batch", batch)
                        .mapTo(String.class)
                        .findOne());
    }

    /** A file is taken, and its output will have this name; whatever had the name of the file before is forgotten. */
    public void take(Taken file, String batch, String output) {
        database.jdbi()
                .useHandle(handle -> handle.createUpdate(
                                "INSERT INTO batch_file (home, name, version, batch_id, output, taken_at)"
                                        + " VALUES (:home, :name, :version, :batch, :output, :now)"
                                        + " ON CONFLICT (home, name) DO UPDATE SET version = :version,"
                                        + " batch_id = :batch, output = :output, taken_at = :now")
                        .bindMethods(file)
                        .bind("batch", batch)
                        .bind("output", output)
                        .bind("now", clock.millis())
                        .execute());
    }

    /** The batch of the file of this name that was taken last. */
    public Optional<String> batch(String home, String name) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT batch_id FROM batch_file WHERE home = :home AND name = :name")
                        .bind("home", home)
                        .bind("name", name)
                        .mapTo(String.class)
                        .findOne());
    }
}
