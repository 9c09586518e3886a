/**
 * The benchmark: a very cheap model server, a very cheap client, a plain Camel route, and a program that sets them side
 * by side with Caravan. Not part of what is shipped, and never a test.
 */
@NullMarked
package io.caravan.bench;

import org.jspecify.annotations.NullMarked;
