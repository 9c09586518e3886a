package io.caravan.broker;

import io.caravan.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The answers that are kept by the idempotency keys of their prompts. Thread-safe; several processes may share them. */
public final class KeptAnswers {

    private final Database database;
    private final Duration retention;
    private final Clock clock;

    /** @param retention how long an answer is kept */
    public KeptAnswers(Database database, Duration retention, Clock clock) {
        this.database = database;
        this.retention = retention;
        this.clock = clock;
    }

    /** The answer that is kept under a key. */
    public Optional<KeptAnswer> find(String key) {
        return database.jdbi().withHandle(handle -> find(handle, key));
    }

    /** Keeps an answer, for good when this returns; returns the one that stands, for the first does. */
    public KeptAnswer keep(String key, KeptAnswer answer) {
        return database.jdbi().inTransaction(handle -> {
            forgetOld(handle);
            handle.createUpdate("INSERT INTO kept_answer (idempotency_key, fingerprint, answer, provider, model,"
                            + " finish_reason, prompt_tokens, completion_tokens, attempts, created_at)"
                            + " VALUES (:key, :fingerprint, :answer, :provider, :model, :finishReason, :promptTokens,"
                            + " :completionTokens, :attempts, :now) ON CONFLICT DO NOTHING")
                    .bind("key", key)
                    .bind("fingerprint", answer.fingerprint())
                    .bind("answer", storable(answer.text()))
                    .bind("provider", answer.provider())
                    .bind("model", answer.model())
                    .bind("finishReason", answer.finishReason())
                    .bind("promptTokens", answer.promptTokens())
                    .bind("completionTokens", answer.completionTokens())
                    .bind("attempts", answer.attempts())
                    .bind("now", clock.millis())
                    .execute();
            return find(handle, key).orElse(answer);
        });
    }

    private Optional<KeptAnswer> find(Handle handle, String key) {
        return handle.createQuery("SELECT * FROM kept_answer WHERE idempotency_key = :key AND created_at > :oldest")
                .bind("key", key)
                .bind("oldest", oldest())
                .map((row, context) -> answer(row))
                .findOne();
    }

    private static KeptAnswer answer(ResultSet row) throws SQLException {
        return new KeptAnswer(
                row.getString("fingerprint"),
                row.getString("answer"),
                row.getString("provider"),
                row.getString("model"),
                row.getString("finish_reason"),
                row.getLong("prompt_tokens"),
                row.getLong("completion_tokens"),
                row.getInt("attempts"));
    }

    /** A row that is too old to be found would also be in the way of a new one. */
    private void forgetOld(Handle handle) {
        handle.createUpdate("DELETE FROM kept_answer WHERE created_at <= :oldest")
                .bind("oldest", oldest())
                .execute();
    }

    private long oldest() {
        return clock.millis() - retention.toMillis();
    }

    /** PostgreSQL holds no NUL. */
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }
}
