/** Routes as tools: {@code from: tool:NAME} makes a route one that models may call. */
@NullMarked
package io.caravan.camel.tool;

import org.jspecify.annotations.NullMarked;
