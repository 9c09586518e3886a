/** Batches: files of many questions, checked, worked off line by line, and written down in a ledger. */
@NullMarked
package io.caravan.batch;

import org.jspecify.annotations.NullMarked;
