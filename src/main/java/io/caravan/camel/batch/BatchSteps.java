package io.caravan.camel.batch;

import io.caravan.batch.Batch;
import io.caravan.batch.Batches;
import io.caravan.batch.FanOut;
import io.caravan.batch.TakenFiles;
import io.caravan.batch.TakenFiles.Taken;
import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import io.caravan.failure.Failures;
import io.caravan.failure.RejectedException;
import io.caravan.files.AnswerFiles;
import io.caravan.files.BatchFiles;
import io.caravan.files.FileVersion;
import io.caravan.files.Patience;
import io.caravan.files.StorageException;
import io.caravan.limit.Times;
import jakarta.jms.JMSException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the routes that take batches in and hand their output out; each is named in the YAML. */
public final class BatchSteps {

    private static final Logger LOG = LoggerFactory.getLogger(BatchSteps.class);
    private static final String TAKEN = "caravan.batch-file";
    private static final String RESTING_PLACE = "restingPlace";

    private final Batches batches;
    private final BatchFiles outputs;
    private final AnswerFiles files;
    private final Patience patience;
    private final String home;

    /**
     * @param home tells the work dir from those of other machines
     */
    public BatchSteps(Batches batches, BatchFiles outputs, AnswerFiles files, Patience patience, String home) {
        this.batches = batches;
        this.outputs = outputs;
        this.files = files;
        this.patience = patience;
        this.home = home;
    }

    /** Checks the whole file that the message is, and writes its batch down. */
    public void take(Exchange exchange) throws IOException {
        String name = name(exchange);
        Path file = exchange.getMessage().getBody(File.class).toPath();
        String version = FileVersion.of(file);
        Batch batch = batches.take(file, name);
        String output = output(new Taken(home, name, version), batch);
        TakenFile taken = new TakenFile(batch, file, version, output, batches.partial(batch, outputs, output));
        exchange.setProperty(TAKEN, taken);
        exchange.getMessage().setBody(batches.fanOut(batch, file));
        LOG.info("Batch {} ({}): {} lines, {} of them to be done", name, batch.shortId(), batch.lines(), batch.left());
    }

    private String output(Taken file, Batch batch) {
        TakenFiles taken = batches.ledger().files();
        Optional<String> promised = taken.output(file, batch.id());
        if (promised.isPresent()) {
            outputs.keep(promised.get());
            return promised.get();
        }
        String output = outputs.promise(file.name());
        taken.take(file, batch.id(), output);
        return output;
    }

    /** Queues some lines. */
    public void send(Exchange exchange) throws JMSException {
        batches.send(exchange.getMessage().getBody(FanOut.Part.class));
    }

    /**
     * Goes on when each line of the batch has its result.
     *
     * @param executor goes on then
     */
    public AsyncProcessorSupport await(Executor executor) {
        return new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                TakenFile taken = taken(exchange);
                var unused = batches.watch()
                        .until(taken.batch().id(), taken.partial()::append)
                        .whenCompleteAsync(
                                (finished, failure) -> {
                                    exchange.setException(failure);
                                    callback.done(false);
                                },
                                executor);
                return false;
            }
        };
    }

    /** Writes the output; the variable {@code restingPlace} says where the file goes. */
    public void publish(Exchange exchange) throws IOException {
        TakenFile taken = taken(exchange);
        String name = name(exchange);
        var written = batches.output()
                .write(taken.batch().id(), outputs.output(taken.output()), outputs.errors(taken.output()));
        taken.partial().delete();
        boolean changed = FileVersion.changed(taken.file(), taken.version());
        exchange.setVariable(RESTING_PLACE, files.rest(name, changed).toString());
        outputs.release(taken.output());
        patience.settled(name);
        LOG.info(
                "Batch {} ({}): {} answers, {} errors",
                name,
                taken.batch().shortId(),
                written.answers(),
                written.errors());
    }

    /** Ends the batch {@code NAME.jsonl}; the message is a file {@code NAME.cancel}. */
    public void cancel(Exchange exchange) {
        String file = name(exchange);
        String name = file.substring(0, file.lastIndexOf('.')) + ".jsonl";
        if (batches.cancel(home, name)) {
            LOG.info("Batch {}: cancelled", name);
        } else {
            LOG.warn("{} ends nothing: there is no batch {} that was taken from the inbox", file, name);
        }
    }

    /** What becomes of a file that could not be brought to its end: refused, if it is at fault; else it stays. */
    public void failed(Exchange exchange) {
        Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        CaravanException why = Failures.of(caught);
        String name = name(exchange);
        try {
            if (why instanceof RejectedException) {
                exchange.setVariable(RESTING_PLACE, files.refuse(name, why).toString());
                patience.settled(name);
                return;
            }
        } catch (StorageException e) {
            caught = e;
        }
        if (!(why instanceof CancelledException)) { // else the program stops
            LOG.error(
                    "{} cannot be brought to its end, and is left alone for {}: {}",
                    name,
                    Times.plain(patience.failed(name)),
                    String.valueOf(caught.getMessage()));
        }
        exchange.getExchangeExtension().setErrorHandlerHandled(false);
    }

    private static TakenFile taken(Exchange exchange) {
        return exchange.getProperty(TAKEN, TakenFile.class);
    }

    private static String name(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY, String.class);
    }
}
