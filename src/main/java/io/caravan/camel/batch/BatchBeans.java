package io.caravan.camel.batch;

import io.caravan.batch.Batches;
import io.caravan.camel.ChatThreads;
import io.caravan.camel.Isolation;
import io.caravan.files.AnswerFiles;
import io.caravan.files.BatchFiles;
import io.caravan.files.Patience;
import io.caravan.files.WorkDirId;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.apache.camel.spi.Registry;

/** The beans that the routes of batches name. */
public final class BatchBeans {

    /** Outputs that are written at the same time; never on the thread that tells the end of batches, which all share. */
    private static final int OUTPUTS_AT_ONCE = 4;

    private final Batches batches;
    private final int atOnce;
    private final Path workDir;
    private final Isolation isolation;
    private final BooleanSupplier stopping;

    /**
     * @param atOnce lines that are asked at the same time
     * @param stopping whether the program is about to end
     */
    public BatchBeans(Batches batches, int atOnce, Path workDir, Isolation isolation, BooleanSupplier stopping) {
        this.batches = batches;
        this.atOnce = atOnce;
        this.workDir = workDir;
        this.isolation = isolation;
        this.stopping = stopping;
    }

    /** Puts them there. */
    public void bind(Registry registry, AnswerFiles files, Patience patience) {
        BatchSteps batch = new BatchSteps(batches, new BatchFiles(workDir), files, patience, WorkDirId.of(workDir));
        registry.bind("takeBatch", Processor.class, (Processor) batch::take);
        registry.bind("sendLines", Processor.class, (Processor) batch::send);
        ExecutorService outputs = ChatThreads.inTurn("batch-output", OUTPUTS_AT_ONCE);
        registry.bind("outputThreads", ExecutorService.class, outputs); // so that they end with all others
        registry.bind("awaitBatch", Processor.class, batch.await(outputs));
        registry.bind("publishBatch", Processor.class, (Processor) batch::publish);
        registry.bind("cancelBatch", Processor.class, (Processor) batch::cancel);
        registry.bind("batchFailed", Processor.class, (Processor) batch::failed);

        LineSteps line = new LineSteps(batches, atOnce, isolation, stopping);
        registry.bind("readLine", Processor.class, (Processor) line::read);
        registry.bind("linePending", Predicate.class, (Predicate) line::pending);
        registry.bind("isolateLine", Processor.class, (Processor) line::isolate);
        registry.bind("askLine", Processor.class, (Processor) line::ask);
        registry.bind("recordLine", Processor.class, (Processor) line::record);
        registry.bind("lineFailed", Processor.class, (Processor) line::failed);
    }
}
