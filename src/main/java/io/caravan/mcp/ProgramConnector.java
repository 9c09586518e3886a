package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.mcp.McpException.Kind;
import io.caravan.settings.McpSettings;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Starts a server that is a program. Which era it is of is asked once: what does not answer {@code server/discover} is shaken
 * hands with.
 */
final class ProgramConnector implements McpConnector {

    private final McpSettings settings;
    private final McpSettings.Program program;
    private final SdkTransports transports;
    private final Set<ProgramEnd> programs = ConcurrentHashMap.newKeySet();
    private volatile boolean shakesHands;

    ProgramConnector(McpSettings settings, McpSettings.Program program, SdkTransports transports) {
        this.settings = settings;
        this.program = program;
        this.transports = transports;
    }

    @Override
    public McpConnection open(Runnable changed) throws McpException {
        programs.removeIf(ProgramEnd::isOver);
        SdkSession session = started(changed);
        if (!shakesHands) {
            try {
                JsonNode found = session.request(
                        new McpRequest(Stateless.DISCOVER, Stateless.described(McpJson.object()), settings.probe()));
                if (Stateless.spokenBy(found)) {
                    return new StatelessProgram(settings.name(), session, found);
                }
            } catch (McpException e) {
                if (e.kind() == Kind.NOT_SENT || e.kind() == Kind.CANCELLED) {
                    session.close();
                    throw e;
                }
            }
            shakesHands = true;
            if (session.hasEnded().isPresent()) {
                session.close();
                session = started(changed);
            }
        }
        return SdkConnection.open(settings.name(), session, settings.timeout());
    }

    private SdkSession started(Runnable changed) throws McpException {
        ProgramTransport transport = transports.program(settings.name(), program);
        SdkSession session = new SdkSession(
                settings.name(),
                transport,
                new HttpWatch(),
                new SdkFailures(settings.name(), program.command().get(0)),
                changed);
        transport.whenEnded(session::ended);
        session.connect(settings.timeout());
        transport.end().ifPresent(programs::add);
        return session;
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        programs.forEach(ProgramEnd::begin);
        for (ProgramEnd each : programs) {
            each.await();
        }
    }
}
