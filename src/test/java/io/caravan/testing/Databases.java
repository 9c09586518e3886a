package io.caravan.testing;

import io.caravan.settings.DatabaseSettings;
import io.caravan.settings.Secret;
import io.caravan.store.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** The databases that the ledger can be kept in, as they are. */
public enum Databases {
    SQLITE {
        @Override
        public DatabaseSettings settings() {
            return new DatabaseSettings(Optional.empty(), Optional.empty(), Optional.empty());
        }
    },
    POSTGRESQL {
        @Override
        public DatabaseSettings settings() {
            String name = "t" + UUID.randomUUID().toString().replace("-", "");
            try (Connection admin = server().getPostgresDatabase().getConnection();
                    Statement statement = admin.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return new DatabaseSettings(
                    Optional.of("jdbc:postgresql://127.0.0.1:" + server().getPort() + "/" + name),
                    Optional.of("postgres"),
                    Optional.of(new Secret("postgres")));
        }
    };

    /** Of an empty database that nobody else has. */
    public abstract DatabaseSettings settings();

    /** An empty one. */
    public Database open(Path workDir) {
        return new Database(settings(), workDir, UnaryOperator.identity());
    }

    /** One server for all tests of this virtual machine; it ends with that. */
    private static EmbeddedPostgres server() {
        return Server.INSTANCE;
    }

    private static final class Server {
        private static final EmbeddedPostgres INSTANCE = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
