package io.caravan.mcp;

import io.caravan.settings.McpSettings;
import io.modelcontextprotocol.client.transport.StdioClientTransport;

/** Reaches a server of the revisions up to 2025-11-25. */
final class SdkConnector implements McpConnector {

    private final McpSettings settings;
    private final SdkTransports transports;

    SdkConnector(McpSettings settings, SdkTransports transports) {
        this.settings = settings;
        this.transports = transports;
    }

    @Override
    public McpConnection open(Runnable changed) throws McpException {
        if (settings.place() instanceof McpSettings.Program program) {
            return started(program, changed);
        }
        McpSettings.Remote remote = (McpSettings.Remote) settings.place();
        String where = remote.url().getScheme() + "://" + remote.url().getRawAuthority();
        SdkSession session = new SdkSession(
                settings.name(), transports.http(remote), new SdkFailures(settings.name(), where), changed);
        session.connect();
        return SdkConnection.open(settings.name(), session, settings.timeout());
    }

    private McpConnection started(McpSettings.Program program, Runnable changed) throws McpException {
        StdioClientTransport transport = transports.program(settings.name(), program);
        SdkSession session = new SdkSession(
                settings.name(),
                transport,
                new SdkFailures(settings.name(), program.command().get(0)),
                changed);
        session.connect();
        Thread watch = new Thread(
                () -> {
                    transport.awaitForExit();
                    session.ended("the program of " + settings.name() + " has ended");
                },
                "caravan-mcp-" + settings.name() + "-exit");
        watch.setDaemon(true);
        watch.start();
        return SdkConnection.open(settings.name(), session, settings.timeout());
    }
}
