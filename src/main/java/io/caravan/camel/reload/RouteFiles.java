package io.caravan.camel.reload;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What was taken of each file, and what the changed ones want to be. A file that is refused keeps what was taken of
 * it, and is tried again with the next change of any. Not thread-safe.
 */
final class RouteFiles {

    private final RouteFolders folders;

    /** What a changed file wants to be, until it is taken: its new content, or nothing where it was deleted. */
    private final Map<Path, Optional<RouteFile>> wanted = new LinkedHashMap<>();

    private final Map<Path, RouteProblem> unreadable = new TreeMap<>();
    private final Map<Path, RouteProblem> refused = new TreeMap<>();
    private final Set<Path> strangers = new TreeSet<>();
    private List<RouteFile> taken = List.of();

    RouteFiles(RouteFolders folders) {
        this.folders = folders;
    }

    /** Reads a file that has come, changed or gone. */
    void read(Path path) {
        if (!path.toString().endsWith(RouteFile.ENDING)) {
            stranger(path);
            return;
        }
        try {
            parse(path, Files.readString(path));
        } catch (NoSuchFileException e) {
            deleted(path);
        } catch (CharacterCodingException e) {
            unreadable(new RouteProblem(path, 0, "the file is not UTF-8"));
        } catch (IOException e) {
            unreadable(new RouteProblem(path, 0, "the file cannot be read: " + e.getMessage()));
        }
    }

    /** Reads a file's text. */
    void parse(Path path, String text) {
        try {
            RouteFile file = RouteFile.parse(path, text);
            wanted.put(path, Optional.of(file));
            unreadable.remove(path);
        } catch (RouteFileException e) {
            unreadable(e.problem());
        }
    }

    /**
     * Takes what can be taken of the changed files; refuses one after the other until the rest makes sense.
     *
     * @param attempt takes a set of files as a whole, or throws {@link RouteFileException} and has changed nothing
     */
    void settle(Consumer<List<RouteFile>> attempt) {
        refused.clear();
        boolean settled = false;
        while (!settled) {
            List<RouteFile> files = candidates();
            try {
                attempt.accept(visible(files));
                taken = files;
                settled = true;
            } catch (RouteFileException e) {
                settled = !refuse(e.problem());
            }
        }
        wanted.keySet().retainAll(refused.keySet());
    }

    /** The files that are in force. */
    List<RouteFile> inForce() {
        return visible(taken);
    }

    /** Whether an earlier version of the file is in force, or the shipped one that it is to replace. */
    boolean runs(Path path) {
        return inForce().stream().anyMatch(file -> name(file.path()).equals(name(path)));
    }

    /** Why files are not taken as they are, by file. */
    Map<Path, RouteProblem> problems() {
        Map<Path, RouteProblem> problems = new TreeMap<>(refused);
        problems.putAll(unreadable);
        return problems;
    }

    /** The files that are no route files. */
    Set<Path> strangers() {
        return strangers;
    }

    private void deleted(Path path) {
        unreadable.remove(path);
        if (taken.stream().anyMatch(file -> file.path().equals(path))) {
            wanted.put(path, Optional.empty());
        } else {
            wanted.remove(path);
        }
    }

    private void unreadable(RouteProblem problem) {
        unreadable.put(problem.file(), problem);
        wanted.remove(problem.file());
    }

    private void stranger(Path path) {
        boolean hidden = path.getFileName().toString().startsWith(".");
        if (!hidden && Files.exists(path)) {
            strangers.add(path);
        } else {
            strangers.remove(path);
        }
    }

    /** What was taken before stands first: of two files that want the same id, the one that had it keeps it. */
    private List<RouteFile> candidates() {
        List<RouteFile> files = new ArrayList<>();
        for (RouteFile file : taken) {
            if (!wanted.containsKey(file.path()) || refused.containsKey(file.path())) {
                files.add(file);
            }
        }
        wanted.forEach((path, content) -> {
            if (!refused.containsKey(path)) {
                content.ifPresent(files::add);
            }
        });
        return files;
    }

    /** Blames the file, or all that have changed where it is not one of them; says whether any was left to blame. */
    private boolean refuse(RouteProblem problem) {
        List<Path> open = wanted.keySet().stream()
                .filter(path -> !refused.containsKey(path))
                .toList();
        refused.put(problem.file(), problem);
        if (!open.contains(problem.file())) {
            open.forEach(path -> refused.put(path, problem));
        }
        return !open.isEmpty();
    }

    /** Without the shipped files that another of the same name replaces. */
    private List<RouteFile> visible(List<RouteFile> files) {
        Set<Path> replaced = files.stream()
                .map(RouteFile::path)
                .filter(path -> !folders.shipped(path))
                .map(RouteFiles::name)
                .collect(Collectors.toSet());
        return files.stream()
                .filter(file -> !folders.shipped(file.path()) || !replaced.contains(name(file.path())))
                .toList();
    }

    private static Path name(Path file) {
        return Path.of(file.toString().replaceFirst("^.*[/:]", ""));
    }
}
