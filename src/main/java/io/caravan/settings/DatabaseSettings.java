package io.caravan.settings;

import java.util.Optional;

/**
 * Where the ledger is kept.
 *
 * @param url of a PostgreSQL ({@code jdbc:postgresql://...}); absent: SQLite in the work dir
 */
public record DatabaseSettings(Optional<String> url, Optional<String> user, Optional<Secret> password) {

    public DatabaseSettings {
        if (url.isEmpty() && (user.isPresent() || password.isPresent())) {
            String key = user.isPresent() ? "caravan.database.user" : "caravan.database.password";
            throw new SettingsException(
                    key + " is only for a caravan.database.url: the database in the work dir knows no users",
                    java.util.List.of(key));
        }
    }
}
