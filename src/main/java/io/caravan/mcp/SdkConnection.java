package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.mcp.McpException.Kind;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A session with a server of the revisions up to 2025-11-25, over a transport of the official SDK. */
final class SdkConnection implements McpConnection {

    static final String NEWEST = "2025-11-25";
    private static final List<String> REVISIONS = List.of(NEWEST, "2025-06-18", "2025-03-26", "2024-11-05");

    private final SdkSession session;
    private final String revision;
    private final boolean tools;

    private SdkConnection(SdkSession session, String revision, boolean tools) {
        this.session = session;
        this.revision = revision;
        this.tools = tools;
    }

    /** Shakes hands. */
    static SdkConnection open(String server, SdkSession session, Duration timeout) throws McpException {
        try {
            JsonNode hello = session.request(new McpRequest(McpSchema.METHOD_INITIALIZE, introduction(), timeout));
            String revision = hello.path("protocolVersion").asText();
            if (!REVISIONS.contains(revision)) {
                throw new McpException(
                        Kind.GARBLED, server + " speaks revision \"" + revision + "\" of MCP, which Caravan does not");
            }
            session.speak(revision);
            session.notify(McpSchema.METHOD_NOTIFICATION_INITIALIZED, McpJson.object());
            return new SdkConnection(
                    session, revision, hello.path("capabilities").has("tools"));
        } catch (McpException e) {
            session.close();
            throw e;
        }
    }

    private static ObjectNode introduction() {
        ObjectNode params = McpJson.object().put("protocolVersion", NEWEST);
        params.putObject("capabilities");
        params.set("clientInfo", McpClientInfo.json());
        return params;
    }

    @Override
    public String revision() {
        return revision;
    }

    @Override
    public boolean hasTools() {
        return tools;
    }

    @Override
    public Optional<String> ended() {
        return session.hasEnded();
    }

    @Override
    public JsonNode request(McpRequest request) throws McpException {
        return session.request(request);
    }

    @Override
    public void retire() {
        session.retire();
    }

    @Override
    public void close() {
        session.close();
    }
}
