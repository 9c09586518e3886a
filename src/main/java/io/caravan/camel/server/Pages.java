package io.caravan.camel.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of browsers may ask: those of this server itself, and those of an allowed origin.
 *
 * <p>A browser says by {@code Origin} where a page is from, but not for what the page only reads from its own server,
 * shows (an image, a frame) or links to. For those {@code Sec-Fetch-Site} says whether the page is from elsewhere, and
 * {@code Referer} may say from where. A page that has had its own name point to this machine is "of this server" by all
 * of these; only {@code Host} tells it. Thread-safe.
 */
final class Pages {

    private static final String ANY = "*";
    private static final Set<String> ELSEWHERE = Set.of("cross-site", "same-site");
    private static final Pattern PORT = Pattern.compile(":\\d+$");
    private static final Pattern ORIGIN = Pattern.compile("[a-z]+://([^/?#]+)");
    private static final Pattern LITERAL_HOST =
            Pattern.compile("(localhost|\\d+\\.\\d+\\.\\d+\\.\\d+|\\[[0-9a-f:.%]+])(:\\d+)?");

    private final Set<String> allowed;
    private final Set<String> allowedHosts;
    private final boolean anyHost;

    /**
     * @param allowed origins, as browsers send them; {@code *} is any
     * @param anyHost whether the server may be called by any name, since a foreign page would lack something else
     */
    Pages(Set<String> allowed, boolean anyHost) {
        this.allowed = Set.copyOf(allowed);
        this.allowedHosts = allowed.stream()
                .map(ORIGIN::matcher)
                .filter(Matcher::matches)
                .map(origin -> name(origin.group(1)))
                .collect(Collectors.toUnmodifiableSet());
        this.anyHost = anyHost || allowed.contains(ANY);
    }

    /** Why a request is not taken, if it is not. */
    Optional<String> refusal(HttpServerRequest request) {
        List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
        String host = request.getHeader(HttpHeaders.HOST);
        if (origins.isEmpty() ? fromElsewhere(request) : !origins.stream().allMatch(origin -> may(origin, host))) {
            return Optional.of("Pages of this origin are not allowed; see caravan.allowed-origins");
        }
        return origins.isEmpty() && host != null && !known(host)
                ? Optional.of("Nothing is answered under this name: use localhost or 127.0.0.1, set a token"
                        + " (caravan.auth.token.NAME), or list it in caravan.allowed-origins")
                : Optional.empty();
    }

    private boolean may(String origin, @Nullable String host) {
        int authority = origin.indexOf("://") + 3;
        return allows(origin)
                || (host != null
                        && authority >= 3
                        && origin.substring(authority).equalsIgnoreCase(host)
                        && (anyHost || literal(host)));
    }

    private boolean allows(String origin) {
        return allowed.contains(ANY) || allowed.contains(origin);
    }

    private boolean fromElsewhere(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null && ELSEWHERE.contains(site) && !allows(origin(request.getHeader(HttpHeaders.REFERER)));
    }

    private static String origin(@Nullable String page) {
        Matcher origin = ORIGIN.matcher(page == null ? "" : page);
        return origin.lookingAt() ? origin.group() : "";
    }

    private boolean known(String host) {
        return anyHost || literal(host) || allowedHosts.contains(name(host));
    }

    private static boolean literal(String host) {
        return LITERAL_HOST.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    private static String name(String host) {
        return PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
    }
}
