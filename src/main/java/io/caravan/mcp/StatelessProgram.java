package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** A server of revision 2026-07-28 that is a program: it shakes no hands, and each message says who speaks. */
final class StatelessProgram implements McpConnection {

    private final String server;
    private final SdkSession session;
    private final boolean tools;

    /** @param found what the server has said of itself */
    StatelessProgram(String server, SdkSession session, JsonNode found) {
        this.server = server;
        this.session = session;
        this.tools = found.path("capabilities").has("tools");
        if (found.at("/capabilities/tools/listChanged").asBoolean()) {
            session.ask(Stateless.LISTEN, Stateless.described(Stateless.interest()));
        }
    }

    @Override
    public String revision() {
        return Stateless.REVISION;
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
        return Stateless.complete(
                server,
                request.params(),
                params -> session.request(new McpRequest(request.method(), params, request.timeout(), request.run())));
    }

    @Override
    public void close() {
        session.close();
    }
}
