package io.caravan.mcp;

import io.caravan.limit.Deadlines;
import io.caravan.mcp.McpException.Kind;
import io.caravan.settings.McpSettings;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.net.http.HttpClient;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches a server over HTTP, in the way that it speaks: that of 2026-07-28, else Streamable HTTP, else HTTP with SSE of
 * 2024-11-05. What it spoke last is tried first.
 */
final class HttpConnector implements McpConnector {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnector.class);

    private final McpSettings settings;
    private final McpSettings.Remote remote;
    private final SdkTransports transports;
    private final McpHttp http;
    private final Deadlines deadlines;
    private final HttpClient client = SdkTransports.client();
    private volatile Era era = Era.STATELESS;

    private enum Era {
        STATELESS,
        STREAMABLE,
        SSE
    }

    HttpConnector(
            McpSettings settings,
            McpSettings.Remote remote,
            SdkTransports transports,
            McpHttp http,
            Deadlines deadlines) {
        this.settings = settings;
        this.remote = remote;
        this.transports = transports;
        this.http = http;
        this.deadlines = deadlines;
    }

    @Override
    public McpConnection open(Runnable changed) throws McpException {
        Era first = era;
        try {
            return open(first, changed);
        } catch (McpException e) {
            if (sameForAll(e)) {
                throw e;
            }
            LOG.debug("{}: {}", settings.name(), e.getMessage());
            McpException all = e;
            for (Era next : Era.values()) {
                if (next != first) {
                    try {
                        return open(next, changed);
                    } catch (McpException other) {
                        all = next == Era.STREAMABLE || sameForAll(other) ? other : all;
                    }
                }
            }
            throw all;
        }
    }

    private McpConnection open(Era how, Runnable changed) throws McpException {
        McpConnection connection = switch (how) {
            case STATELESS -> StatelessConnection.open(settings.name(), http, deadlines, settings.probe(), changed);
            case STREAMABLE -> session(watch -> transports.http(remote, client, watch), changed);
            case SSE -> session(watch -> transports.sse(remote, client), changed);
        };
        era = how;
        return connection;
    }

    private McpConnection session(Function<HttpWatch, McpClientTransport> transport, Runnable changed)
            throws McpException {
        HttpWatch watch = new HttpWatch();
        SdkSession session = new SdkSession(
                settings.name(),
                transport.apply(watch),
                watch,
                new SdkFailures(settings.name(), remote.origin()),
                changed);
        session.connect(settings.probe());
        return SdkConnection.open(settings.name(), session, settings.probe());
    }

    /** What another era would not change. */
    private static boolean sameForAll(McpException e) {
        return e.kind() == Kind.NOT_SENT
                || e.kind() == Kind.CANCELLED
                || e.kind() == Kind.UNAUTHORIZED
                || e.code() == McpError.HEADER_MISMATCH
                || e.code() == McpError.MISSING_CAPABILITY;
    }
}
