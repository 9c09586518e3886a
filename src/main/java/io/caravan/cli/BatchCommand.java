package io.caravan.cli;

import io.caravan.batch.BatchFile;
import io.caravan.failure.RejectedException;
import io.caravan.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan batch}: works a file of many requests off, and shows how far it is. */
@Command(
        name = "batch",
        description = "Works off a file of requests in OpenAI's Batch format. Run again after a crash, a Ctrl-C or a"
                + " change of mind, it goes on where it stopped.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class BatchCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "IN.jsonl", description = "The requests, one a line.")
    private @Nullable Path in;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = "Where the answers go. Default: beside IN.jsonl, as IN.output.jsonl.")
    private @Nullable Path out;

    @Option(
            names = "--errors",
            paramLabel = "ERR",
            description = "Where the lines go that were not answered. Default: beside OUT, as IN.errors.jsonl.")
    private @Nullable Path errors;

    @Option(names = "--retry-failed", description = "Asks again what has failed, where the file was worked off before.")
    private boolean retryFailed;

    @Option(names = "--status", description = "Lists the batches and how far they are.")
    private boolean status;

    @Option(
            names = "--cancel",
            paramLabel = "ID",
            description = "Ends the batch of this id, or beginning of an id; what is finished of it is kept.")
    private @Nullable String cancel;

    @Mixin
    private Configuration configuration = new Configuration();

    @Override
    public Integer call() throws Exception {
        configuration.checkUsage();
        int asked = (in == null ? 0 : 1) + (status ? 1 : 0) + (cancel == null ? 0 : 1);
        if (asked != 1) {
            throw FailedCommand.wrongUsage("batch needs one of: a file IN.jsonl, --status, --cancel ID");
        }
        if (in == null && (out != null || errors != null || retryFailed)) {
            throw FailedCommand.wrongUsage("-o, --errors and --retry-failed go with a file IN.jsonl");
        }
        Settings settings = configuration.settings(
                configuration.sets("caravan.log.level") ? List.of() : List.of("caravan.log.level=warn"));
        if (in != null) {
            return run(in, settings);
        }
        BatchList list = new BatchList(settings);
        return cancel == null ? list.show() : list.cancel(cancel);
    }

    private int run(Path file, Settings settings) throws Exception {
        if (!Files.isRegularFile(file)) {
            throw FailedCommand.wrongUsage(file + ": there is no such file");
        }
        BatchPaths paths = BatchPaths.of(file, out, errors);
        Plugins.onTheClassPath(settings.work().pluginsDir());
        return new BatchRun(settings, configuration, paths, check(file), retryFailed).run();
    }

    private static BatchFile check(Path file) throws FailedCommand {
        try {
            return BatchFile.check(file);
        } catch (RejectedException e) {
            throw new FailedCommand(file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new FailedCommand(file + ": the file cannot be read (" + e.getMessage() + ")");
        }
    }
}
