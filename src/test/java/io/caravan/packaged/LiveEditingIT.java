package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Pace;
import io.caravan.demo.ScriptedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A team's own flow, saved into a folder while the program runs. */
final class LiveEditingIT {

    private static final String TICKETS = """
            - route:
                id: in-tickets
                description: Summarise each new ticket
                routeConfigurationId: failures
                from:
                  uri: file:tickets
                  steps:
                    - setBody:
                        simple: "PROMPT: ${body}"
                    - to: direct:chat
                    - to: file:summaries
            """;

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final ScriptedModel model =
            ScriptedModel.builder().pace(Pace.AT_ONCE).start();

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    @Test
    void takesANewFlowItsChangesAndItsEndWhileItRuns() throws IOException {
        Path mine = Files.createDirectories(site.folder().resolve("mine"));
        Path file = mine.resolve("in-tickets.camel.yaml");
        Packaged program = site.run(model, "--routes", "mine");

        Site.put(file, TICKETS.replace("PROMPT", "Summarise"));
        awaitLine(program, "Routes live: in-tickets");
        assertThat(answerTo("one.txt", "the printer burns")).contains("“Summarise: the printer burns”");

        Site.put(file, TICKETS.replace("PROMPT", "Translate"));
        awaitLines(program, 2, "Routes live: in-tickets");
        assertThat(answerTo("two.txt", "the printer burns")).contains("“Translate: the printer burns”");

        Site.put(file, TICKETS.replace("steps:", "stepps:"));
        awaitLine(program, "in-tickets.camel.yaml:");
        assertThat(linesWith(program, "\"ERROR\""))
                .singleElement()
                .asString()
                .contains("in-tickets.camel.yaml:", "stepps");
        assertThat(answerTo("three.txt", "the printer burns")).contains("“Translate: the printer burns”");

        Files.delete(file);
        awaitLine(program, "Routes gone: in-tickets");
        assertThat(program.handle().isAlive()).isTrue();
    }

    @Test
    void replacesAShippedRouteAndGoesBackToIt() throws IOException {
        Path mine = Files.createDirectories(site.folder().resolve("mine"));
        Packaged program = site.run(model, "--routes", "mine");
        try (Caller caller = Caller.connect(program.url())) {
            Path own = Site.put(mine.resolve("websocket-models.camel.yaml"), """
                    - route:
                        id: websocket-models
                        description: Tell of no model but ours
                        from:
                          uri: direct:websocket-models
                          steps:
                            - setBody:
                                constant: '{"request_id":"own","status":"complete","metadata":{"models":["ours"]}}'
                            - to: direct:reply-websocket
                    """);
            awaitLine(program, "Routes live: websocket-models\"");
            caller.send("{\"action\":\"models\",\"request_id\":\"own\"}");
            assertThat(caller.end("own").at("/metadata/models/0").asText()).isEqualTo("ours");

            Files.delete(own);
            awaitLines(program, 2, "Routes live: websocket-models\"");
            caller.send("{\"action\":\"models\",\"request_id\":\"shipped\"}");
            assertThat(caller.end("shipped").at("/metadata/models/0").asText()).isEqualTo("ollama/scripted:latest");
        }
    }

    private String answerTo(String name, String ticket) {
        Site.put(site.folder().resolve("tickets").resolve(name), ticket);
        Path summary = site.folder().resolve("summaries").resolve(name);
        await().until(() -> Files.exists(summary) && !Site.read(summary).isEmpty());
        return Site.read(summary);
    }

    private static void awaitLine(Packaged program, String part) {
        awaitLines(program, 1, part);
    }

    private static void awaitLines(Packaged program, int count, String part) {
        await().until(() -> linesWith(program, part).size() >= count);
    }

    private static List<String> linesWith(Packaged program, String part) {
        return program.errors().stream().filter(line -> line.contains(part)).toList();
    }
}
