package io.caravan.settings;

import static io.caravan.settings.SettingsFixture.load;
import static io.caravan.settings.SettingsFixture.refusal;
import static io.caravan.settings.SettingsFixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class McpSettingsTest {

    @Test
    void areOfEachServerThatIsNamed() {
        List<McpSettings> servers = set(
                        "caravan.mcp.time.url=http://localhost:3001/mcp/?a=1",
                        "caravan.mcp.time.headers.Authorization=Bearer x",
                        "caravan.mcp.time.tools=now, zone*",
                        "caravan.mcp.files.command=npx 'my server' --root=\"/a b\"",
                        "caravan.mcp.files.environment.TOKEN=y",
                        "caravan.mcp.files.timeout=2s")
                .mcp();

        assertThat(servers)
                .containsExactly(
                        new McpSettings(
                                "time",
                                new McpSettings.Remote(
                                        URI.create("http://localhost:3001/mcp/?a=1"),
                                        Map.of("Authorization", new Secret("Bearer x"))),
                                List.of("now", "zone*"),
                                Duration.ofSeconds(60),
                                Duration.ofMinutes(5),
                                64 << 10),
                        new McpSettings(
                                "files",
                                new McpSettings.Program(
                                        List.of("npx", "my server", "--root=/a b"), Map.of("TOKEN", new Secret("y"))),
                                List.of("*"),
                                Duration.ofSeconds(2),
                                Duration.ofMinutes(5),
                                64 << 10));
    }

    @Test
    void needAUrlOrACommandAndNotBoth() {
        assertThat(refusal("caravan.mcp.time.timeout=1s"))
                .isEqualTo("the MCP server time needs either caravan.mcp.time.url or caravan.mcp.time.command (--set)");
        assertThat(refusal("caravan.mcp.time.url=http://x", "caravan.mcp.time.command=y"))
                .isEqualTo("caravan.mcp.time.command cannot be set beside caravan.mcp.time.url (--set)");
    }

    @Test
    void refuseWhatTheOtherKindOfServerHas() {
        assertThat(refusal("caravan.mcp.time.url=http://x", "caravan.mcp.time.environment.A=b"))
                .isEqualTo("caravan.mcp.time.environment.A is only for an MCP server with a command (--set)");
        assertThat(refusal("caravan.mcp.time.command=y", "caravan.mcp.time.headers.A=b"))
                .isEqualTo("caravan.mcp.time.headers.A is only for an MCP server with a url (--set)");
    }

    @Test
    void refuseWhatIsNoneOfTheirs() {
        assertThat(refusal("caravan.mcp.time.ulr=http://x"))
                .isEqualTo("caravan.mcp.time.ulr is not a setting; the nearest is caravan.mcp.time.url (--set)");
        assertThat(refusal("caravan.mcp.Time.url=http://x")).contains("\"Time\" is not a name of small letters");
        assertThat(refusal("caravan.mcp.time.command=a 'b")).contains("has a quote that is not closed");
        assertThat(refusal("caravan.mcp.time.url=http://me:x@there")).contains("use headers.Authorization");
    }

    @Test
    void comeFromTheEnvironmentToo() {
        List<McpSettings> servers = load(Map.of(
                        "CARAVAN_MCP_TIME_SERVER_URL", "http://x/mcp",
                        "CARAVAN_MCP_TIME_SERVER_HEADERS_X_TEAM", "blue",
                        "CARAVAN_MCP_TIME_SERVER_MAX_RESULT", "1KiB"))
                .mcp();

        assertThat(servers).singleElement().satisfies(server -> {
            assertThat(server.name()).isEqualTo("time-server");
            assertThat(server.maxResult()).isEqualTo(1024);
            assertThat(server.place())
                    .isEqualTo(
                            new McpSettings.Remote(URI.create("http://x/mcp"), Map.of("x-team", new Secret("blue"))));
        });
    }

    @Test
    void areNotThereWhereAllIsEmpty() {
        assertThat(set("caravan.mcp.time.url=").mcp()).isEmpty();
    }
}
