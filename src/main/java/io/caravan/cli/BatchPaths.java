package io.caravan.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files of a batch on the command line. */
record BatchPaths(Path in, Path output, Path errors) {

    private static final String OUTPUT = ".output";
    private static final String ENDING = ".jsonl";

    /** With the names that they have where none is given. */
    static BatchPaths of(Path in, @Nullable Path output, @Nullable Path errors) throws FailedCommand {
        Path answers = output == null ? in.resolveSibling(base(in) + OUTPUT + ENDING) : output;
        String name = output == null ? base(in) : base(answers);
        String failed = name.endsWith(OUTPUT) ? name.substring(0, name.length() - OUTPUT.length()) : name;
        Path failures = errors == null ? answers.resolveSibling(failed + ".errors" + ENDING) : errors;
        if (same(in, answers) || same(in, failures) || same(answers, failures)) {
            throw FailedCommand.wrongUsage("IN.jsonl, OUT and ERR must be three different files");
        }
        checkFolder("-o", answers);
        checkFolder("--errors", failures);
        return new BatchPaths(in, answers, failures);
    }

    private static void checkFolder(String option, Path file) throws FailedCommand {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw FailedCommand.wrongUsage(option + " " + file + ": there is no such folder");
        }
        if (!Files.isWritable(folder) || Files.isDirectory(file)) {
            throw FailedCommand.wrongUsage(option + " " + file + ": it cannot be written");
        }
    }

    private static String base(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    private static boolean same(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }
}
