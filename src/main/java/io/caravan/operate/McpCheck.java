package io.caravan.operate;

import io.caravan.mcp.McpServer;
import io.caravan.mcp.McpServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks whether the MCP servers of a running program are there. */
public final class McpCheck {

    /** A program may have to be fetched first. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final McpServers servers;

    public McpCheck(McpServers servers) {
        this.servers = servers;
    }

    /** What there is to say of each, in the order of the settings. */
    public List<Finding> findings() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<Finding> findings = new ArrayList<>();
        for (McpServer server : servers.all()) {
            try {
                findings.add(finding(server, server.state(Duration.ofNanos(Math.max(0, end - System.nanoTime())))));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return findings;
    }

    private static Finding finding(McpServer server, McpServer.State state) {
        String subject = "mcp " + server.name();
        String key = "caravan.mcp." + server.name();
        if (!state.up()) {
            return Finding.warn(
                    subject,
                    state.problem().orElse("it does not answer") + ": its tools are missing until it is there; see "
                            + key + ".*");
        }
        String there = state.tools().size() + " tools (revision " + state.revision() + ")";
        if (state.problem().isPresent()) {
            return Finding.warn(subject, there + ", but " + state.problem().get());
        }
        return state.tools().isEmpty()
                ? Finding.warn(subject, "it has no tools that are wanted: see " + key + ".tools")
                : Finding.ok(subject, there);
    }
}
