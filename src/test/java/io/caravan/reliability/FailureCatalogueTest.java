package io.caravan.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The failure catalogue, a test for each row of its table. At its end the card is printed and written to
 * {@code target/reliability-card.md}. {@code -Dcaravan.case=S08} plays only the cases whose id begins so.
 */
class FailureCatalogueTest {

    private static final Path CARD = Path.of("target", "reliability-card.md");
    private static final String ONLY = System.getProperty("caravan.case", "");

    @TempDir
    static Path folder;

    private static final Map<Platform, Stage> STAGES = new LinkedHashMap<>();
    private static final Card CARD_OF_ALL = new Card();

    @BeforeAll
    static void pollOften() {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
    }

    @AfterAll
    static void finish() throws IOException {
        STAGES.values().forEach(Stage::close);
        STAGES.clear();
        Awaitility.setDefaultPollDelay(Duration.ofMillis(100));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(100));
        CARD_OF_ALL.publish(CARD);
    }

    @TestFactory
    Stream<DynamicNode> survives() {
        Map<String, List<Row>> cases = new LinkedHashMap<>();
        Stream.of(ServerRows.rows(), StreamRows.rows(), ConnectionRows.rows(), CallerRows.rows())
                .flatMap(List::stream)
                .filter(row -> row.id().startsWith(ONLY))
                .forEach(row -> cases.computeIfAbsent(row.id(), any -> new java.util.ArrayList<>())
                        .add(row));
        return cases.entrySet().stream()
                .map(one -> DynamicContainer.dynamicContainer(
                        one.getKey(),
                        one.getValue().stream().map(row -> DynamicTest.dynamicTest(row.title(), () -> play(row)))));
    }

    private static void play(Row row) throws Exception {
        try {
            CARD_OF_ALL.add(row, true, stage(row.platform()).play(row));
        } catch (Exception | AssertionError e) {
            CARD_OF_ALL.add(row, false, firstLineOf(e));
            throw e;
        }
    }

    private static Stage stage(Platform platform) throws IOException {
        Stage stage = STAGES.get(platform);
        if (stage == null) {
            stage = new Stage(platform, Files.createDirectories(folder.resolve(platform.name())));
            STAGES.put(platform, stage);
        }
        return stage;
    }

    private static String firstLineOf(Throwable e) {
        return String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
    }
}
