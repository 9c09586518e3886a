package io.caravan.camel.reload;

import io.caravan.camel.reload.FolderListing.Stamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tells which files of some folders have changed and have come to rest: a file counts once two looks in a row saw it
 * in the same state, so that one still being written is left alone. Not thread-safe.
 *
 * <p>Looks rather than listens: the JDK's watch service is late on some systems and blind on network mounts.
 */
final class FolderWatch {

    private final List<FolderListing> folders;
    private final Map<Path, Stamp> known = new TreeMap<>();
    private Map<Path, Stamp> last = Map.of();

    FolderWatch(List<Path> folders) {
        this.folders = folders.stream().map(FolderListing::new).toList();
    }

    /**
     * Everything there is now, in the order of the folders and of the names in them; the start.
     *
     * @throws IOException if a folder cannot be read
     */
    List<Path> first() throws IOException {
        last = list();
        known.putAll(last);
        return List.copyOf(last.keySet());
    }

    /**
     * The files that have changed, come or gone since they were last told, and rest.
     *
     * @throws IOException if a folder cannot be read; the next look starts where this one would have
     */
    Set<Path> changed() throws IOException {
        Map<Path, Stamp> now = list();
        if (now.equals(known)) {
            last = now;
            return Set.of();
        }
        Set<Path> changed = new HashSet<>();
        Set<Path> all = new HashSet<>(now.keySet());
        all.addAll(known.keySet());
        for (Path file : all) {
            Stamp stamp = now.get(file);
            if (Objects.equals(stamp, last.get(file)) && !Objects.equals(stamp, known.get(file))) {
                changed.add(file);
                if (stamp == null) {
                    known.remove(file);
                } else {
                    known.put(file, stamp);
                }
            }
        }
        last = now;
        return changed;
    }

    private Map<Path, Stamp> list() throws IOException {
        Map<Path, Stamp> files = new LinkedHashMap<>();
        for (FolderListing folder : folders) {
            files.putAll(folder.look());
        }
        return files;
    }
}
