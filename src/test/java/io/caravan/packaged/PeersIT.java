package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.demo.Pace;
import io.caravan.demo.ScriptedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that others wrote, from npm packages; only in the profile {@code peers}, for it needs Node.js and npm. */
final class PeersIT {

    @RegisterExtension
    static final Site SITE = Site.forAllTests();

    private static final List<String> FILES = List.of(
            "package.json",
            "package-lock.json",
            "anthropic.test.js",
            "ollama.test.js",
            "openai.test.js",
            "websocket.test.js");
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private static ScriptedModel model;

    @BeforeAll
    static void installThePackages() throws IOException {
        model = ScriptedModel.builder()
                .pace(Pace.steady(Duration.ofMillis(20), Duration.ofMillis(10)))
                .start();
        for (String file : FILES) {
            Files.copy(Path.of("src/test/peers", file), SITE.folder().resolve(file));
        }
        run(new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    }

    @AfterAll
    static void stopTheModel() {
        model.close();
    }

    @Test
    void ollamasOwnClientTalksToTheScriptedModel() {
        check("ollama.test.js", "MODEL_URL", model.url().toString());
    }

    @Test
    void openAisOwnClientTalksToTheScriptedModel() {
        check("openai.test.js", "MODEL_URL", model.url().toString());
    }

    @Test
    void anthropicsOwnClientTalksToTheScriptedModel() {
        check("anthropic.test.js", "MODEL_URL", model.url().toString());
    }

    @Test
    void theUsualWebSocketClientTalksToCaravan() {
        check("websocket.test.js", "CARAVAN_URL", SITE.run(model).url());
    }

    private static void check(String script, String variable, String url) {
        ProcessBuilder node = new ProcessBuilder("node", "--test", "--test-reporter=tap", script);
        node.environment().put(variable, url);
        assertThat(run(node).output()).contains("# fail 0").doesNotContain("# pass 0");
    }

    private static Packaged run(ProcessBuilder process) {
        Packaged program = SITE.start(process);
        if (program.exitCode(LONGEST) != 0) {
            throw new AssertionError(program.account());
        }
        return program;
    }
}
