/** Caravan as a client of MCP servers: their tools, and the calls of them. */
@NullMarked
package io.caravan.mcp;

import org.jspecify.annotations.NullMarked;
