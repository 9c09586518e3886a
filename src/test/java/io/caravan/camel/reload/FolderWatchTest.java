package io.caravan.camel.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTest {

    @TempDir
    private Path folder;

    @Test
    void tellsOfAFileOnceItRests() throws Exception {
        Path file = folder.resolve("a");
        FolderWatch watch = new FolderWatch(List.of(folder));
        assertThat(watch.first()).isEmpty();

        Files.writeString(file, "one");
        assertThat(watch.changed()).isEmpty();
        Files.writeString(file, "two", StandardOpenOption.APPEND);
        assertThat(watch.changed()).isEmpty();

        assertThat(watch.changed()).containsExactly(file);
        assertThat(watch.changed()).isEmpty();
    }

    @Test
    void saysNothingOfAFileThatCameAndWent() throws Exception {
        Path file = folder.resolve("a");
        FolderWatch watch = new FolderWatch(List.of(folder));
        watch.first();

        Files.writeString(file, "one");
        assertThat(watch.changed()).isEmpty();
        Files.delete(file);

        assertThat(watch.changed()).isEmpty();
        assertThat(watch.changed()).isEmpty();
    }

    @Test
    void tellsOfADeletedFile() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "one");
        FolderWatch watch = new FolderWatch(List.of(folder));
        assertThat(watch.first()).containsExactly(file);

        Files.delete(file);
        assertThat(watch.changed()).isEmpty();

        assertThat(watch.changed()).containsExactly(file);
        assertThat(watch.changed()).isEmpty();
    }
}
