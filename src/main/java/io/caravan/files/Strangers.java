package io.caravan.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What lies in the inbox and is no prompt, so that whoever put it there is told, once. Not thread-safe. */
public final class Strangers {

    /** So long a file may have a name of its own before it is renamed to that of a prompt. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private static final List<String> WORK = List.of(".txt", ".md", ".jsonl", ".cancel");

    private final Path inbox;
    private Set<Path> told = Set.of();

    public Strangers(Path inbox) {
        this.inbox = inbox;
    }

    /** A line on each that has come since the last look. */
    public List<String> look() {
        Set<Path> there = new HashSet<>();
        List<String> lines = new ArrayList<>();
        try (Stream<Path> entries = Files.list(inbox)) {
            for (Path entry : entries.filter(Strangers::odd).sorted().toList()) {
                if (told.contains(entry) || settled(entry)) {
                    there.add(entry);
                    if (!told.contains(entry)) {
                        lines.add(entry + " is left where it is: " + why(entry));
                    }
                }
            }
        } catch (IOException e) {
            return List.of(); // whoever polls the inbox meets this too, and says so
        }
        told = there;
        return lines;
    }

    /** Hidden ones are nobody's business; a prompt in a folder of that name is one. */
    private static boolean odd(Path entry) {
        String name = name(entry);
        return !name.startsWith(".") && (WORK.stream().noneMatch(name::endsWith) || Files.isDirectory(entry));
    }

    private static boolean settled(Path entry) throws IOException {
        try {
            return Files.getLastModifiedTime(entry)
                    .toInstant()
                    .isBefore(Instant.now().minus(SETTLED));
        } catch (NoSuchFileException e) {
            return false; // it has its final name by now
        }
    }

    private static String why(Path entry) {
        if (Files.isDirectory(entry)) {
            return "folders in the inbox are not looked into";
        }
        return "only *.txt and *.md are prompts, and *.jsonl are batches";
    }

    private static String name(Path entry) {
        return entry.getFileName().toString().toLowerCase(Locale.ROOT);
    }
}
