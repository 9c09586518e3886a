/** The one port: WebSocket doors, platform-http routes and pages share a server, its limits and its access check. */
@NullMarked
package io.caravan.camel.server;

import org.jspecify.annotations.NullMarked;
