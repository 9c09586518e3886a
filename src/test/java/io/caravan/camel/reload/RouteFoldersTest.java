package io.caravan.camel.reload;

import static io.caravan.camel.reload.LiveCamel.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFoldersTest {

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    private Path temporary;

    private Path packaged;
    private Path team;

    @BeforeEach
    void makeFolders() throws Exception {
        packaged = Files.createDirectories(temporary.resolve("classes/packaged"));
        team = Files.createDirectory(temporary.resolve("team"));
        answering(packaged, "chat", "shipped");
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Test
    void findsShippedRoutesInAJar() throws Exception {
        Path jar = temporary.resolve("shipped.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            entries.putNextEntry(new ZipEntry("packaged/"));
            entries.putNextEntry(new ZipEntry("packaged/chat.camel.yaml"));
            Files.copy(packaged.resolve("chat.camel.yaml"), entries);
        }

        assertShippedUntilReplaced(jar);
    }

    @Test
    void findsShippedRoutesInAFolderOfClasses() throws Exception {
        assertShippedUntilReplaced(temporary.resolve("classes"));
    }

    @Test
    void countsTheShippedFolderOnceWhereItIsGivenAgain() throws Exception {
        try (LiveCamel camel = LiveCamel.of(packaged, packaged).start()) {
            assertThat(camel.ask("direct:chat")).isEqualTo("shipped");
        }
    }

    private void assertShippedUntilReplaced(Path classes) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            try (LiveCamel camel = new LiveCamel(RouteFolders.ofClassPath("packaged", List.of(team))).start()) {
                assertThat(camel.ask("direct:chat")).isEqualTo("shipped");

                answering(team, "chat", "team");

                await().until(() -> camel.ask("direct:chat").equals("team"));
            }
        }
    }
}
