/** Caravan as an MCP server: JSON-RPC messages in, answers out, whoever carries them. */
@NullMarked
package io.caravan.mcp.server;

import org.jspecify.annotations.NullMarked;
