package io.caravan.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.caravan.settings.DatabaseSettings;
import io.caravan.settings.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The database, opened and brought up to date when it is first needed: that takes longer than the whole start of the program.
 * Thread-safe.
 */
public final class Database implements AutoCloseable {

    private static final String MIGRATIONS = "classpath:db/caravan";
    private static final int CONNECTIONS = 8;

    /** Any number that is nobody else's in the same database: "caravan" in ASCII. */
    private static final long MIGRATION_LOCK = 0x63617261_76616EL;

    private static final int BUSY_MILLIS = 30_000;
    private static final int CONNECT_MILLIS = 10_000;

    private final DatabaseSettings settings;
    private final Path file;
    private final UnaryOperator<String> resolve;
    private final boolean migrates;
    private volatile @Nullable Jdbi jdbi;
    private @Nullable HikariDataSource pool;

    /** @param resolve looks up what is left in the password for Camel: vaults */
    public Database(DatabaseSettings settings, Path workDir, UnaryOperator<String> resolve) {
        this(settings, workDir, resolve, true);
    }

    private Database(DatabaseSettings settings, Path workDir, UnaryOperator<String> resolve, boolean migrates) {
        this.settings = settings;
        this.migrates = migrates;
        this.file = workDir.resolve("caravan.db");
        this.resolve = resolve;
    }

    /** One that is used as it is: another program has made it, and brings it up to date. */
    public static Database ofAnother(DatabaseSettings settings, Path workDir, UnaryOperator<String> resolve) {
        return new Database(settings, workDir, resolve, false);
    }

    /** What it is, for people. */
    public String name() {
        return settings.url()
                .map(url -> "PostgreSQL " + url.replaceFirst("[?].*", ""))
                .orElse("SQLite " + file);
    }

    /** Whether there may be anything in it: false while nobody has ever needed it. */
    public boolean exists() {
        return settings.url().isPresent() || Files.exists(file);
    }

    /** Whether it is open. */
    public boolean open() {
        return jdbi != null;
    }

    /**
     * The way into it.
     *
     * @throws StoreException if it cannot be opened; the next call tries again
     */
    public Jdbi jdbi() {
        Jdbi open = jdbi;
        return open == null ? opened() : open;
    }

    private synchronized Jdbi opened() {
        Jdbi before = jdbi;
        if (before != null) {
            return before;
        }
        HikariDataSource connections = null;
        try {
            connections = pool();
            if (migrates) {
                bringUpToDate(connections);
            }
            Jdbi open = Jdbi.create(connections);
            // by default they quote what was to be written: answers, which no log may hold
            open.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
            pool = connections;
            jdbi = open;
            return open;
        } catch (FlywayException | SQLException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
            if (connections != null) {
                connections.close();
            }
            throw new StoreException("the database cannot be opened: " + name() + " (" + reason(e) + ")", e);
        }
    }

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setPoolName("caravan-database");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_MILLIS);
        settings.url().ifPresentOrElse(url -> postgres(config, url), () -> config.setDataSource(sqlite()));
        return new HikariDataSource(config);
    }

    private void postgres(HikariConfig config, String url) {
        config.setJdbcUrl(url);
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        config.addDataSourceProperty("ApplicationName", "caravan");
        settings.user().ifPresent(config::setUsername);
        Optional<Secret> password = settings.password();
        password.ifPresent(secret -> config.setPassword(secret.resolved(resolve)));
    }

    /** What was committed survives the loss of power; one writes, and the others read meanwhile. */
    private DataSource sqlite() {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        // A transaction that first reads and then writes could not wait for another one that writes.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /** One program at a time: of several that find it empty, Flyway lets one fail. */
    private void bringUpToDate(DataSource source) throws SQLException {
        if (settings.url().isEmpty()) {
            migrate(source); // the work dir is one program's
            return;
        }
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + MIGRATION_LOCK + ")");
            try {
                migrate(source);
            } finally {
                statement.execute("SELECT pg_advisory_unlock(" + MIGRATION_LOCK + ")");
            }
        }
    }

    private static void migrate(DataSource source) {
        Flyway.configure()
                .dataSource(source)
                .locations(MIGRATIONS)
                .table("caravan_schema")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
    }

    private static String reason(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public synchronized void close() {
        jdbi = null;
        if (pool != null) {
            pool.close();
        }
    }
}
