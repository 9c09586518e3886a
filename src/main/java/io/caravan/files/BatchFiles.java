package io.caravan.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The files that a batch makes in the outbox: {@code NAME.output.jsonl} and those beside it. Thread-safe. */
public final class BatchFiles {

    private static final String ENDING = ".jsonl";

    private final Folder outbox;
    private final Set<String> promised = new HashSet<>();

    public BatchFiles(Path workDir) {
        outbox = new Folder(workDir.resolve("outbox"));
    }

    /** A NAME for the output of a batch file, which no other has: {@code many}, then {@code many-2}. */
    public synchronized String promise(String source) {
        outbox.make();
        String base = source.substring(0, source.length() - ENDING.length());
        for (int n = 1; ; n++) {
            String name = base + (n == 1 ? "" : "-" + n);
            if (!Files.exists(output(name)) && !Files.exists(errors(name)) && promised.add(name)) {
                return name;
            }
        }
    }

    /** Takes a name that was promised before the program ended. */
    public synchronized void keep(String name) {
        outbox.make();
        promised.add(name);
    }

    /** The name has been used. */
    public synchronized void release(String name) {
        promised.remove(name);
    }

    /** Where the answers go. */
    public Path output(String name) {
        return outbox.resolve(name + ".output" + ENDING);
    }

    /** Where the lines without an answer go. */
    public Path errors(String name) {
        return outbox.resolve(name + ".errors" + ENDING);
    }

    /** Where the answers can be watched as they come. */
    public Path partial(String name) {
        return outbox.resolve(name + ".output" + ENDING + ".partial");
    }
}
