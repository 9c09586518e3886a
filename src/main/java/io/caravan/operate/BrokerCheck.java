package io.caravan.operate;

import io.caravan.broker.Broker;
import io.caravan.settings.BrokerSettings;
import java.nio.file.Path;
import java.time.Duration;

/** Looks whether the broker of a running program is there. */
public final class BrokerCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Broker broker;
    private final BrokerSettings settings;

    public BrokerCheck(Broker broker, BrokerSettings settings) {
        this.broker = broker;
        this.settings = settings;
    }

    /**
     * What there is to say of it.
     *
     * @param folder where an embedded one will keep its messages
     */
    public Finding finding(Path folder) {
        String where = settings.url()
                .map(Broker::shown)
                .orElseGet(() -> "embedded; keeps its messages in " + folder.toAbsolutePath());
        return broker.problemAtFirst(PATIENCE)
                .map(problem -> Finding.fail(
                        "broker",
                        where + ": " + problem
                                + (settings.url().isPresent() ? "; see caravan.broker.url, .user and .password" : "")))
                .orElseGet(() -> Finding.ok("broker", where));
    }
}
