package io.caravan.camel.reload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where route files come from: the shipped ones, and further folders that add to them. A file in a further folder
 * replaces the shipped one of the same name. Immutable.
 */
public final class RouteFolders {

    private final @Nullable Path shippedFolder;
    private final Map<Path, String> shippedTexts;
    private final List<Path> further;

    private RouteFolders(@Nullable Path shippedFolder, Map<Path, String> shippedTexts, List<Path> further) {
        this.shippedFolder = shippedFolder;
        this.shippedTexts = Collections.unmodifiableMap(new TreeMap<>(shippedTexts));
        this.further = further.stream().map(RouteFolders::existing).distinct().toList();
    }

    /**
     * The shipped routes in a folder, which is watched as the further ones are.
     *
     * @throws IllegalArgumentException if a folder does not exist
     */
    public static RouteFolders of(Path shipped, List<Path> further) {
        Path folder = existing(shipped);
        return new RouteFolders(
                folder,
                Map.of(),
                further.stream().filter(path -> !same(path, folder)).toList());
    }

    /**
     * The shipped routes on the class path, which do not change.
     *
     * @param shipped the folder's name there: {@code routes}
     * @throws IllegalArgumentException if a folder does not exist
     */
    public static RouteFolders ofClassPath(String shipped, List<Path> further) {
        try {
            return new RouteFolders(null, classPath(shipped), further);
        } catch (IOException e) {
            throw new UncheckedIOException("The shipped routes cannot be read", e);
        }
    }

    /** Whether the file is one of the shipped ones, which a file of the same name in another folder replaces. */
    boolean shipped(Path file) {
        return shippedTexts.containsKey(file) || (shippedFolder != null && shippedFolder.equals(file.getParent()));
    }

    /** The shipped routes that do not come from a folder. */
    Map<Path, String> texts() {
        return shippedTexts;
    }

    /** The folders to read and to watch. */
    List<Path> watched() {
        Path folder = shippedFolder;
        return folder == null
                ? further
                : Stream.concat(Stream.of(folder), further.stream()).toList();
    }

    private static Path existing(Path folder) {
        Path path = folder.normalize();
        if (!Files.isDirectory(path)) {
            throw new IllegalArgumentException(
                    "The routes folder " + folder + (Files.exists(path) ? " is not a folder" : " does not exist"));
        }
        return path;
    }

    private static boolean same(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    private static Map<Path, String> classPath(String folder) throws IOException {
        URL url = Thread.currentThread().getContextClassLoader().getResource(folder);
        if (url == null) {
            throw new IllegalArgumentException("There are no shipped routes on the class path (" + folder + ")");
        }
        Map<Path, String> texts = new TreeMap<>();
        if (url.openConnection() instanceof JarURLConnection connection) {
            JarFile jar = connection.getJarFile();
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().startsWith(folder + "/") && entry.getName().endsWith(RouteFile.ENDING)) {
                    try (InputStream content = jar.getInputStream(entry)) {
                        texts.put(onClassPath(entry.getName()), new String(content.readAllBytes(), UTF_8));
                    }
                }
            }
        } else {
            Set<Path> files = new FolderListing(Path.of(URI.create(url.toString())))
                    .look()
                    .keySet();
            for (Path file : files) {
                if (file.toString().endsWith(RouteFile.ENDING)) {
                    texts.put(onClassPath(folder + "/" + file.getFileName()), Files.readString(file));
                }
            }
        }
        return texts;
    }

    /** Told apart from a file of the same path below the working directory. */
    private static Path onClassPath(String name) {
        return Path.of("classpath:" + name);
    }
}
