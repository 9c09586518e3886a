/** The hardened {@code vertx-websocket}: replies by key, order within a connection, bounds in both directions. */
@NullMarked
package io.caravan.camel.websocket;

import org.jspecify.annotations.NullMarked;
