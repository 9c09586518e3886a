/** What an operator sees: the log, the metrics. Never a prompt, an answer or a key. */
@NullMarked
package io.caravan.operate;

import org.jspecify.annotations.NullMarked;
