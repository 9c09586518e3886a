/** Anthropic's wire format: a question of {@code /v1/messages}, and its answer in server-sent events. */
@NullMarked
package io.caravan.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
