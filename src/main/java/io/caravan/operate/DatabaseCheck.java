package io.caravan.operate;

import io.caravan.store.Database;
import io.caravan.store.StoreException;
import org.jdbi.v3.core.JdbiException;

/** Looks whether the database can be used, and changes nothing in it. */
public final class DatabaseCheck {

    private static final String SUBJECT = "database";

    private final Database database;

    /** @param database is closed behind the look */
    public DatabaseCheck(Database database) {
        this.database = database;
    }

    /** What there is to say of it. */
    public Finding finding() {
        if (!database.exists()) {
            return Finding.ok(SUBJECT, database.name() + ": made when it is first needed");
        }
        try (database) {
            database.jdbi().useTransaction(handle -> handle.execute("SELECT 1"));
            return Finding.ok(SUBJECT, database.name() + " can be written");
        } catch (StoreException | JdbiException e) {
            return Finding.fail(SUBJECT, e.getMessage() + ": see caravan.database.*");
        }
    }
}
