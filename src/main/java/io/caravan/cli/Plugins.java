package io.caravan.cli;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The jars of the plugins folder: a further Camel component, without a build of Caravan. */
final class Plugins {

    private Plugins() {}

    /** From here on what this thread starts finds the classes in the folder's jars; a folder that is not there has none. */
    static void onTheClassPath(Path folder) throws FailedCommand {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path file : files) {
                jars.add(file.toUri().toURL());
            }
        } catch (IOException e) {
            throw new FailedCommand("caravan.plugins-dir: cannot read " + folder + " (" + e.getMessage() + ")");
        }
        if (!jars.isEmpty()) {
            ClassLoader here = Plugins.class.getClassLoader();
            Thread.currentThread().setContextClassLoader(new URLClassLoader(jars.toArray(URL[]::new), here));
        }
    }
}
