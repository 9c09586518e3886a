package io.caravan.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** An installed JDK: where it is, and its full version. */
record Jdk(Path home, String version) {

    static Jdk at(Path home) {
        Properties release = new Properties();
        try (InputStream in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("No JDK at " + home, e);
        }
        return new Jdk(home, release.getProperty("JAVA_VERSION").replace("\"", ""));
    }

    static Jdk ours() {
        return at(Path.of(System.getProperty("java.home")));
    }

    int major() {
        return Runtime.Version.parse(version).feature();
    }

    String java() {
        return home.resolve("bin/java").toString();
    }
}
