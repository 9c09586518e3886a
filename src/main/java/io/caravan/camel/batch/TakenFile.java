package io.caravan.camel.batch;

import io.caravan.batch.Batch;
import io.caravan.batch.PartialOutput;
import java.nio.file.Path;

/**
 * A batch file in the inbox that was taken, and is good.
 *
 * @param version tells its content from another that was written over it
 * @param output the name of the output
 */
record TakenFile(Batch batch, Path file, String version, String output, PartialOutput partial) {}
