package io.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {

    private static final long ALL_OF_IT = Long.MAX_VALUE / 4;

    @TempDir
    Path folder;

    @Test
    void keepsWhatItHasAcknowledged() {
        try (Broker broker = started(new Embedded(folder));
                JMSContext jms = broker.connections().createContext()) {
            jms.createProducer().send(jms.createQueue("q"), "kept");
            await().until(() -> broker.depth("q").equals(OptionalLong.of(1)));
        }
        try (Broker again = started(new Embedded(folder));
                JMSContext jms = again.connections().createContext();
                JMSConsumer reader = jms.createConsumer(jms.createQueue("q"))) {
            assertThat(reader.receiveBody(String.class)).isEqualTo("kept");
        }
    }

    @Test
    void lendsConnectionsThatOutliveABrokerThatHasEnded() {
        Embedded place = new Embedded(folder);
        try (Broker broker = started(place)) {
            send(broker, "one");
            endItself(place);
            await().until(() -> broker.problem().isPresent());

            await().until(() -> broker.problem().isEmpty());

            send(broker, "two");
            await().until(() -> broker.depth("q").equals(OptionalLong.of(2)));
        }
    }

    private static void send(Broker broker, String text) {
        try (JMSContext jms = broker.sending().createContext()) {
            jms.createProducer().send(jms.createQueue("q"), text);
        }
    }

    /** As it does when it cannot write. */
    private static void endItself(Embedded place) {
        try {
            place.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesMessagesWhileItsDiskIsFullAndGoesOnWhenItIsNot() {
        Embedded full = new Embedded(folder, ALL_OF_IT);
        try (Broker broker = started(full)) {
            await().untilAsserted(() -> assertThat(broker.problem())
                    .hasValueSatisfying(words -> assertThat(words).contains("disk is full", folder.toString())));
            assertThatThrownBy(() -> send(broker, "none")).isInstanceOf(JMSRuntimeException.class);
        }
        try (Broker broker = started(new Embedded(folder))) {
            broker.problemAtFirst(Duration.ofSeconds(60));
            send(broker, "one");
            assertThat(broker.problem()).isEmpty();
        }
    }

    @Test
    void saysWhyItDoesNotStart() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        try (Broker broker = started(new Embedded(file.resolve("broker")))) {
            assertThat(broker.problemAtFirst(Duration.ofSeconds(60))).isPresent();
            assertThatThrownBy(() -> broker.connections().createConnection()).isInstanceOf(JMSException.class);
            assertThat(broker.depth("q")).isEmpty();
        }
    }

    @Test
    void hasWhoNeedsItFirstWaitUntilItIsThere() {
        CompletableFuture<Void> comes = new CompletableFuture<>();
        Scripted place = new Scripted(comes::join);
        try (Broker broker = started(place)) {
            CompletableFuture<Boolean> asked = CompletableFuture.supplyAsync(() -> connects(broker));
            await().until(() -> place.opened.get() == 1);
            assertThat(asked).isNotDone();
            assertThat(broker.problem()).isEmpty();

            comes.complete(null);

            assertThat(asked).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(true);
        }
    }

    @Test
    void looksForOneThatIsAwayUntilItIsThere() {
        Scripted place = new Scripted(() -> {});
        place.away = Optional.of("nobody is there");
        try (Broker broker = started(place)) {
            await().untilAsserted(() -> assertThat(broker.problem()).contains("nobody is there"));
            await().until(() -> place.opened.get() > 1);
            assertThat(connects(broker)).isFalse();

            place.away = Optional.empty();

            await().untilAsserted(() -> assertThat(broker.problem()).isEmpty());
            assertThat(connects(broker)).isTrue();
        }
    }

    @Test
    void looksForItOnceWhatItsMessagesNeedIsThere() {
        AtomicBoolean prepared = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        Scripted place = new Scripted(() -> assertThat(prepared).isTrue());
        try (Broker broker = new Broker(place)) {
            broker.start(() -> {
                asked.incrementAndGet();
                return prepared.get();
            });
            await().until(() -> asked.get() > 2);
            assertThat(place.opened).hasValue(0);

            prepared.set(true);

            assertThat(connects(broker)).isTrue();
        }
    }

    @Test
    void isNotLookedForWhereTheProgramStopsBefore() {
        Scripted place = new Scripted(() -> {});
        Broker broker = new Broker(place);
        broker.start(() -> false);

        broker.close();

        assertThat(place.opened).hasValue(0);
    }

    private static Broker started(Place place) {
        Broker broker = new Broker(place);
        broker.start();
        return broker;
    }

    private static boolean connects(Broker broker) {
        try {
            broker.connections().createConnection();
            return true;
        } catch (JMSException e) {
            return false;
        }
    }

    /** A broker of which it is known when it is there. */
    private static final class Scripted implements Place {

        final AtomicInteger opened = new AtomicInteger();
        volatile Optional<String> away = Optional.empty();
        private final Runnable opening;
        private final Embedded nowhere = new Embedded(Path.of("never"));

        Scripted(Runnable opening) {
            this.opening = opening;
        }

        @Override
        public String name() {
            return "scripted broker";
        }

        @Override
        public ConnectionFactory connections() {
            return stub(ConnectionFactory.class, stub(Connection.class, ""));
        }

        private static <T> T stub(Class<T> type, Object answer) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> answer));
        }

        @Override
        public void open() throws JMSException {
            opened.incrementAndGet();
            opening.run();
            if (away.isPresent()) {
                throw new JMSException(away.get());
            }
        }

        @Override
        public boolean isThere() {
            return away.isEmpty();
        }

        @Override
        public Optional<String> trouble() {
            return Optional.empty();
        }

        @Override
        public OptionalLong depth(String queue) {
            return nowhere.depth(queue);
        }

        @Override
        public void close() {}
    }
}
