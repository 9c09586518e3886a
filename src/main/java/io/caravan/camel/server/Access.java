package io.caravan.camel.server;

import io.caravan.chat.Sha256;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who may come in: the pages of browsers that {@link Pages} lets pass, any other program, and where tokens are set only
 * with one of these.
 *
 * <p>A token comes as {@code Authorization: Bearer TOKEN}. A browser cannot set that header on a
 * WebSocket, so there the pair {@code Sec-WebSocket-Protocol: bearer, TOKEN} counts too; never the query, which ends
 * up in logs. Only hashes of the tokens are kept. Thread-safe.
 */
public final class Access {

    /** The subprotocol that announces a token, and that the handshake answers with. */
    static final String BEARER = "bearer";

    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    private final Map<String, byte[]> tokens = new TreeMap<>();
    private final Pages pages;

    /**
     * Lets in the bearers of these tokens and the pages of these origins.
     *
     * @param tokens by the name of who holds it; empty if none is needed
     * @param allowedOrigins as browsers send them: {@code https://example.org}; {@code *} is any
     */
    public Access(Map<String, String> tokens, Set<String> allowedOrigins) {
        tokens.forEach((name, token) -> this.tokens.put(name, Sha256.of(token)));
        // Without tokens a foreign page could rebind its own name to this address, and so be one of this server.
        this.pages = new Pages(allowedOrigins, needsToken());
    }

    /** Whether a token is needed. */
    public boolean needsToken() {
        return !tokens.isEmpty();
    }

    Verdict check(HttpServerRequest request) {
        Optional<String> refusal = pages.refusal(request);
        if (refusal.isPresent()) {
            return new Verdict.Refused(403, refusal.get());
        }
        if (!needsToken()) {
            return new Verdict.Allowed(Optional.empty());
        }
        Optional<String> caller = presented(request).flatMap(this::holder);
        return caller.isPresent()
                ? new Verdict.Allowed(caller)
                : new Verdict.Refused(401, "A valid token is needed: Authorization: Bearer TOKEN");
    }

    private static Optional<String> presented(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                    ? Optional.of(authorization.substring(7).trim())
                    : Optional.empty();
        }
        List<String> protocols = request.headers().getAll("Sec-WebSocket-Protocol").stream()
                .flatMap(line -> COMMA.splitAsStream(line.trim()))
                .toList();
        return protocols.size() >= 2 && protocols.get(0).equals(BEARER)
                ? Optional.of(protocols.get(1))
                : Optional.empty();
    }

    // Every token is compared, each in constant time, so that the time taken tells nothing.
    private Optional<String> holder(String token) {
        byte[] presented = Sha256.of(token);
        Optional<String> holder = Optional.empty();
        for (Map.Entry<String, byte[]> known : tokens.entrySet()) {
            if (MessageDigest.isEqual(known.getValue(), presented)) {
                holder = Optional.of(known.getKey());
            }
        }
        return holder;
    }

    sealed interface Verdict {

        record Allowed(Optional<String> caller) implements Verdict {}

        record Refused(int status, String reason) implements Verdict {}
    }
}
