package io.caravan.mcp;

import io.caravan.tool.ToolDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a server is, as its keeper last found it; the log tells what changes. One thread writes, any may read. */
final class Standing {

    private static final Logger LOG = LoggerFactory.getLogger(McpServer.class);

    private final String server;
    private final CountDownLatch known = new CountDownLatch(1);
    private volatile McpServer.State state = new McpServer.State(false, "", List.of(), Optional.of("not tried yet"));

    Standing(String server) {
        this.server = server;
    }

    /** Whether it has been tried. */
    boolean known() {
        return known.getCount() == 0;
    }

    McpServer.State state() {
        return state;
    }

    /** As soon as it is known, or this time is over. */
    McpServer.State state(Duration patience) throws InterruptedException {
        if (!known.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("MCP server {}: not known yet", server);
        }
        return state;
    }

    /** It works, and these are its tools. */
    void up(String revision, ToolListing.Listed listed) {
        McpServer.State before = state;
        List<ToolDefinition> tools = before.tools().equals(listed.tools()) ? before.tools() : listed.tools();
        state = new McpServer.State(true, revision, tools, listed.problem());
        known.countDown();
        if (!before.up() || tools != before.tools()) {
            LOG.info("MCP server {}: {} tools (revision {})", server, tools.size(), revision);
        }
        listed.problem()
                .filter(problem -> !before.problem().equals(Optional.of(problem)))
                .ifPresent(problem -> LOG.warn("MCP server {}: {}", server, problem));
    }

    /** It works, but its tools could not be listed anew. */
    void stale(String why) {
        McpServer.State before = state;
        Optional<String> problem = Optional.of("tools/list: " + why);
        state = new McpServer.State(true, before.revision(), before.tools(), problem);
        if (!before.problem().equals(problem)) {
            LOG.warn("MCP server {}: tools/list: {}. Its tools stay as they were", server, why);
        }
    }

    /** It cannot be used. */
    void down(String why) {
        McpServer.State before = state;
        state = new McpServer.State(false, "", List.of(), Optional.of(why));
        known.countDown();
        if (before.up() || !before.problem().equals(Optional.of(why))) {
            LOG.warn("MCP server {}: {}. Its tools are missing until it is back", server, why);
        }
    }
}
