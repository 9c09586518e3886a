package io.caravan.camel.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.camel.websocket.RawPeer;
import io.caravan.camel.websocket.RunningServer;
import io.caravan.camel.websocket.WebSocketComponent;
import io.caravan.camel.websocket.WebSocketSettings;
import io.caravan.testing.Patience;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {

    private static final String NONE = "-";
    private static final Access OPEN = new Access(Map.of(), Set.of("https://friend.example"));
    private static final Access CLOSED =
            new Access(Map.of("alice", "secret-a", "bob", "secret-b"), Set.of("https://friend.example"));

    private final BlockingQueue<String> callers = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @CsvSource(
            value = {
                "-, -, 101",
                "-, http://127.0.0.1:PORT, 101",
                "-, https://friend.example, 101",
                "-, https://foe.example, 403",
                "-, http://127.0.0.1:1, 403",
                "-, null, 403",
                "-, https://friend.example.foe.example, 403",
                "rebound.example:PORT, http://rebound.example:PORT, 403",
                "LOCALHOST:PORT, http://localhost:PORT, 101",
            })
    void letsOnlyKnownOriginsIn(String host, String origin, int status) throws Exception {
        try (RunningServer server = start(OPEN)) {
            assertThat(handshake(server, host, origin, NONE, "")).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:PORT, 101",
        "localhost:PORT, 101",
        "LOCALHOST, 101",
        "[::1]:PORT, 101",
        "friend.example, 101",
        "friend.example:PORT, 101",
        "foe.example:PORT, 403",
        "foe.example, 403",
        "localhost.foe.example:PORT, 403",
        "127.0.0.1.foe.example, 403",
        "friend.example.foe.example, 403",
    })
    void answersWithoutATokenOnlyToNamesThatNobodyElseCanGiveIt(String host, int status) throws Exception {
        try (RunningServer server = start(OPEN)) {
            assertThat(handshake(server, host, NONE, NONE, "")).isEqualTo(status);
        }
    }

    @Test
    void answersToAnyNameWhereATokenIsShown() throws Exception {
        try (RunningServer server = start(CLOSED)) {
            assertThat(handshake(server, "caravan.example", NONE, "Authorization: Bearer secret-a", ""))
                    .isEqualTo(101);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site: same-origin, 101",
        "Sec-Fetch-Site: none, 101",
        "Sec-Fetch-Site: cross-site, 403",
        "Sec-Fetch-Site: same-site, 403",
        "Sec-Fetch-Site: cross-site|Referer: https://friend.example/chat?a=b, 101",
        "Sec-Fetch-Site: same-site|Referer: https://friend.example/, 101",
        "Sec-Fetch-Site: cross-site|Referer: https://foe.example/https://friend.example/, 403",
        "Sec-Fetch-Site: cross-site|Referer: https://friend.example.foe.example/, 403",
        "Sec-Fetch-Site: cross-site|Referer: https://friend.example@foe.example/, 403",
        "Sec-Fetch-Site: cross-site|Referer: friend.example, 403",
        "Sec-Fetch-Site: cross-site|Origin: https://friend.example, 101",
        "Sec-Fetch-Site: cross-site|Origin: https://foe.example|Referer: https://friend.example/, 403",
    })
    void letsNothingInThatAForeignPageShowsOrLinksTo(String headers, int status) throws Exception {
        try (RunningServer server = start(OPEN)) {
            assertThat(handshake(server, NONE, NONE, headers, "")).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:PORT, https://foe.example, -",
        "foe.example:PORT, http://foe.example:PORT, -",
        "127.0.0.1:PORT, -, Sec-Fetch-Site: cross-site",
        "foe.example:PORT, -, Sec-Fetch-Site: same-origin",
    })
    void letsEveryPageInWhereAnyIsAllowed(String host, String origin, String header) throws Exception {
        try (RunningServer server = start(new Access(Map.of(), Set.of("*")))) {
            assertThat(handshake(server, host, origin, header, "")).isEqualTo(101);
        }
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "Authorization: Bearer secret-a, 101, alice",
                "authorization: bearer secret-b, 101, bob",
                "'Sec-WebSocket-Protocol: bearer, secret-a', 101, alice",
                "-, 401, -",
                "Authorization: Bearer wrong, 401, -",
                "Authorization: Bearer, 401, -",
                "Authorization: Basic secret-a, 401, -",
                "'Sec-WebSocket-Protocol: bearer, wrong', 401, -",
                "Sec-WebSocket-Protocol: bearer, 401, -",
                "'Sec-WebSocket-Protocol: secret-a, bearer', 401, -",
            })
    void letsOnlyBearersOfATokenInWhereTokensAreSet(String header, int status, String caller) throws Exception {
        try (RunningServer server = start(CLOSED)) {
            assertThat(handshake(server, NONE, NONE, header, "")).isEqualTo(status);
            Optional<String> named = Optional.ofNullable(callers.poll(status == 101 ? Patience.SECONDS : 0, SECONDS));
            assertThat(named.orElse(NONE)).isEqualTo(caller);
        }
    }

    @Test
    void takesNoTokenFromTheQuery() throws Exception {
        try (RunningServer server = start(CLOSED)) {
            assertThat(handshake(
                            server, NONE, NONE, NONE, "?token=secret-a&access_token=secret-a&Authorization=secret-a"))
                    .isEqualTo(401);
        }
    }

    @Test
    void aTokenDoesNotOpenTheDoorToAForeignPage() throws Exception {
        try (RunningServer server = start(CLOSED)) {
            assertThat(handshake(server, NONE, "https://foe.example", "Authorization: Bearer secret-a", ""))
                    .isEqualTo(403);
        }
    }

    @Test
    void saysHowToComeInAndNamesTheProtocolItTook() throws Exception {
        try (RunningServer server = start(CLOSED);
                RawPeer refused = new RawPeer(server.port(), "/ws/chat");
                RawPeer taken = new RawPeer(server.port(), "/ws/chat", "Sec-WebSocket-Protocol: bearer, secret-a")) {
            assertThat(refused.headers()).containsIgnoringCase("www-authenticate: Bearer");
            assertThat(taken.headers()).containsIgnoringCase("sec-websocket-protocol: bearer\n");
        }
    }

    @Test
    void keepsNoTokenWhereItCouldBePrinted() {
        assertThat(RunningServer.settings(0, CLOSED).toString()).doesNotContain("secret");
    }

    @Test
    void refusesToBeReachedFromElsewhereWithoutAToken() {
        assertThatThrownBy(() -> new ServerSettings("0.0.0.0", 8000, OPEN, 1, 1, Optional.empty(), 1))
                .hasMessageContaining("caravan.host=0.0.0.0")
                .hasMessageContaining("caravan.auth.token.NAME");
        assertThat(new ServerSettings("0.0.0.0", 8000, CLOSED, 1, 1, Optional.empty(), 1).host())
                .isEqualTo("0.0.0.0");
    }

    private RunningServer start(Access access) throws Exception {
        return RunningServer.start(RunningServer.settings(0, access), WebSocketSettings.DEFAULTS, new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/chat?fireWebSocketConnectionEvents=true")
                        .filter(exchangeProperty(WebSocketComponent.CALLER).isNotNull())
                        .process(
                                exchange -> callers.add(exchange.getProperty(WebSocketComponent.CALLER, String.class)));
            }
        });
    }

    private static int handshake(RunningServer server, String host, String origin, String header, String query)
            throws Exception {
        String port = String.valueOf(server.port());
        String authority = host.equals(NONE) ? "127.0.0.1:" + port : host.replace("PORT", port);
        String[] headers = Stream.concat(
                        Stream.of("Origin: " + origin.replace("PORT", port)), Stream.of(header.split("\\|")))
                .filter(line -> !line.endsWith(NONE))
                .toArray(String[]::new);
        try (RawPeer peer = new RawPeer(server.port(), authority, "/ws/chat" + query, headers)) {
            return peer.status();
        }
    }
}
