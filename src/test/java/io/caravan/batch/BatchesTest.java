package io.caravan.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.settings.BatchSettings;
import io.caravan.store.Database;
import io.caravan.testing.Databases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchesTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration ENDLESS = Duration.ofDays(1);

    @TempDir
    Path folder;

    Database database;
    Batches batches;

    @BeforeEach
    void open() {
        database = Databases.SQLITE.open(folder);
        batches =
                new Batches(database, new ActiveMQConnectionFactory("vm://0"), new BatchSettings(1, ENDLESS, ENDLESS));
    }

    @AfterEach
    void close() {
        batches.close();
        database.close();
    }

    @Test
    void tellsWhetherOthersWereAnsweredDuringAPause() {
        batches.answeredBy("busy");
        assertThat(batches.pause(SHORT, "busy")).isFalse();

        CompletableFuture<Boolean> busy = CompletableFuture.supplyAsync(() -> batches.pause(ENDLESS, "busy"));
        CompletableFuture<Boolean> idle = CompletableFuture.supplyAsync(() -> batches.pause(ENDLESS, "idle"));
        await().until(() -> batches.retries() == 3);
        batches.answeredBy("busy");
        batches.stop();

        assertThat(busy.join()).isTrue();
        assertThat(idle.join()).isFalse();
    }

    @Test
    void pausesNoMoreWhenItStops() {
        batches.stop();

        assertThat(batches.pause(ENDLESS, "any")).isFalse();
    }

    @Test
    void opensNoDatabaseThatNobodyNeeds() {
        assertThat(database.exists()).isFalse();
    }
}
