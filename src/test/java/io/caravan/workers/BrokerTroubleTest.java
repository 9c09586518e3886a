package io.caravan.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.UnavailableException;
import io.caravan.testing.OutsideBroker;
import io.caravan.testing.Relay;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that does not do what questions to workers need. */
class BrokerTroubleTest {

    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(8);

    @TempDir
    Path folder;

    OutsideBroker broker;
    Relay relay;

    @BeforeEach
    void start() throws Exception {
        broker = OutsideBroker.in(folder);
        relay = Relay.before(URI.create(broker.url()));
    }

    @AfterEach
    void stop() throws Exception {
        relay.close();
        broker.stop();
    }

    private static ChatCall call() {
        return new ChatCall("r1", ChatRequest.of("hello"), true);
    }

    @Test
    void holdsNobodyUpWhoStopsACall() throws Exception {
        try (ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(
                        "tcp://127.0.0.1:" + relay.url().getPort());
                Workers workers = new Workers(connections)) {
            connections.setCallTimeout(ANSWERED_WITHIN.toMillis());
            ChatCall call = call();
            WorkerAnswer answer = workers.ask(call);
            relay.fallSilent();

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> call.cancel("enough"));

            assertThat(stopped).succeedsWithin(AT_ONCE);
            assertThat(answer.next()).isNull();
            assertThat(answer.hasNext()).isFalse();
            relay.close(); // else what closes now waits for it
        }
    }

    @Test
    void keepsNoConnectionWhereItRefusesTheQueueForTheEvents() throws Exception {
        broker.refuseQueues();
        try (ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(broker.url());
                Workers workers = new Workers(connections)) {

            assertThatThrownBy(() -> workers.ask(call())).isInstanceOf(UnavailableException.class);
            assertThatThrownBy(() -> workers.ask(call())).isInstanceOf(UnavailableException.class);

            await().until(() -> broker.connections() == 0);
        }
    }
}
