package io.caravan.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.mcp.McpException.Kind;
import io.caravan.settings.McpSettings;
import io.caravan.testing.CapturedLog;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpkeepTest {

    private static final McpSettings BOX = new McpSettings(
            "box",
            new McpSettings.Remote(URI.create("http://127.0.0.1:1"), Map.of()),
            List.of("*"),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            1024);

    private final Semaphore wake = new Semaphore(0);
    private final Standing standing = new Standing("box");
    private Optional<Upkeep> upkeep = Optional.empty();

    @AfterEach
    void close() {
        upkeep.ifPresent(Upkeep::close);
    }

    @Test
    void leavesAServerThatIsAwayAloneHoweverOftenItIsWoken() {
        List<Long> tries = new CopyOnWriteArrayList<>();
        keepUp(changed -> {
            tries.add(System.nanoTime());
            throw new McpException(Kind.NOT_SENT, "away");
        });

        await().until(() -> {
            wake.release();
            return tries.size() == 3;
        });

        assertThat(Duration.ofNanos(tries.get(1) - tries.get(0))).isGreaterThan(Duration.ofMillis(700));
        assertThat(Duration.ofNanos(tries.get(2) - tries.get(1))).isGreaterThan(Duration.ofMillis(1400));
    }

    @Test
    void usesAtOnceWhatACallHasConnectedAnew() {
        List<McpConnection> connections = new CopyOnWriteArrayList<>();
        McpLink link = keepUp(changed -> {
            McpConnection connection = connections.isEmpty() ? new Surprising() : new Well();
            connections.add(connection);
            return connection;
        });
        await().until(() -> standing.state().problem().orElse("").contains("surprising"));

        link.open().join();
        wake.release();

        await().atMost(Duration.ofSeconds(20)).until(() -> standing.state().up());
        assertThat(connections).hasSize(2);
    }

    @Test
    void saysNothingOfWhatGoesWrongWhenItIsClosed() throws InterruptedException {
        try (CapturedLog log = CapturedLog.listen()) {
            Busy busy = new Busy();
            McpLink link = keepUp(changed -> busy);
            busy.asked.await();

            upkeep.orElseThrow().close();
            busy.told.await();
            link.close();

            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("caravan-mcp-box")));
            assertThat(log.all()).doesNotContain("box");
        }
    }

    private McpLink keepUp(McpConnector connector) {
        McpLink link = new McpLink("box", connector, BOX.timeout(), wake::release);
        Upkeep keeper = new Upkeep(BOX, link, wake, standing);
        upkeep = Optional.of(keeper);
        keeper.start();
        return link;
    }

    private static class Well implements McpConnection {

        @Override
        public String revision() {
            return "2025-11-25";
        }

        @Override
        public boolean hasTools() {
            return true;
        }

        @Override
        public Optional<String> ended() {
            return Optional.empty();
        }

        @Override
        public JsonNode request(McpRequest request) throws McpException {
            return McpJson.object().set("tools", McpJson.MAPPER.createArrayNode());
        }

        @Override
        public void close() {}
    }

    private static final class Surprising extends Well {
        @Override
        public JsonNode request(McpRequest request) {
            throw new IllegalStateException("surprising");
        }
    }

    /** What it needs is closed before it. */
    private static final class Busy extends Well {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch told = new CountDownLatch(1);

        @Override
        public JsonNode request(McpRequest request) {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            told.countDown();
            throw new RejectedExecutionException("closed before");
        }
    }
}
