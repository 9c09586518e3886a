package io.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.dialect.agent.Agent;
import io.caravan.dialect.agent.Agents;
import io.caravan.dialect.anthropic.Anthropic;
import io.caravan.dialect.gemini.Gemini;
import io.caravan.dialect.ollama.Ollama;
import io.caravan.dialect.openai.OpenAi;
import io.caravan.settings.AgentSettings.Shape;
import io.caravan.stream.Pieces;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Case 1, 4: however the network cuts a recorded stream into pieces, the same comes of it. */
class RechunkingTest {

    private static final String CAPTURES = """
            ollama, ollama-chat-stream
            ollama, ollama-generate-stream
            ollama, ollama-tools-stream
            ollama, ollama-load
            ollama, ollama-chat-nostream
            openai, llama-chat-stream
            openai, llama-chat-stream-usage
            openai, llama-reasoning-deepseek-stream
            openai, llama-sse-ping-progress
            openai, llama-tools-stream
            openai, llama-tools-roundtrip-stream
            openai, llama-tools
            openai, ollama-v1-chat-stream-usage
            openai, ollama-v1-tools-stream
            openai, llama-randommodel-midstream-error-no-DONE
            anthropic, llama-anthropic-messages-stream
            anthropic, llama-anthropic-messages
            agent, agent-vercel
            agent, agent-ag-ui
            agent, agent-run
            agent, agent-json-events
            agent-json, agent-json-lines
            agent, agent-text-events
            """;

    @ParameterizedTest(name = "{1}")
    @CsvSource(textBlock = CAPTURES)
    void tellsTheSameWhereverTheBytesAreCut(String dialect, String name) {
        Capture capture = Capture.of(name);
        String whole = told(dialect, capture, Pieces.whole(capture.body()));
        // Every position of the long one would take minutes and tell nothing its beginning does not.
        int cuts = capture.body().length > 20_000 ? 2000 : capture.body().length;

        for (int cut = 1; cut < cuts; cut++) {
            assertThat(told(dialect, capture, Pieces.cutAt(cut, capture.body())))
                    .as("cut at %s", cut)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gemini-chat-stream.sse",
                "gemini-thinking-stream.sse",
                "gemini-tools-stream.sse",
                "gemini-midstream-error.sse",
                "gemini-chat-list.json"
            })
    void tellsTheSameOfASampleWhereverTheBytesAreCut(String name) {
        byte[] body = Sample.of(name);
        String whole = told(new Gemini(), Pieces.whole(body), "");

        for (int cut = 1; cut < body.length; cut++) {
            assertThat(told(new Gemini(), Pieces.cutAt(cut, body), ""))
                    .as("cut at %s", cut)
                    .isEqualTo(whole);
        }
        assertThat(told(new Gemini(), Pieces.of(1, body), "")).isEqualTo(whole);
        for (int seed = 0; seed < 20; seed++) {
            assertThat(told(new Gemini(), Pieces.random(new Random(seed), body), ""))
                    .as("seed %s", seed)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(textBlock = CAPTURES)
    void tellsTheSameWhateverTheSizeOfThePieces(String dialect, String name) {
        Capture capture = Capture.of(name);
        String whole = told(dialect, capture, Pieces.whole(capture.body()));

        for (int size : new int[] {1, 2, 3, 5, 7, 64, 1000, 2047, 2048, 2049}) {
            assertThat(told(dialect, capture, Pieces.of(size, capture.body())))
                    .as("pieces of %s", size)
                    .isEqualTo(whole);
        }
        for (int seed = 0; seed < 20; seed++) {
            assertThat(told(dialect, capture, Pieces.random(new Random(seed), capture.body())))
                    .as("seed %s", seed)
                    .isEqualTo(whole);
        }
    }

    private static String told(String dialect, Capture capture, Pieces body) {
        Dialect format = switch (dialect) {
            case "ollama" -> new Ollama();
            case "openai" -> new OpenAi();
            case "anthropic" -> new Anthropic();
            case "agent" -> new Agent(Agents.of());
            case "agent-json" -> new Agent(Agents.of(Shape.JSON));
            default -> throw new IllegalArgumentException(dialect);
        };
        return told(format, body, capture.contentType());
    }

    private static String told(Dialect format, Pieces body, String contentType) {
        Told told = Told.by(format.decode(body, contentType));
        // A call without an id is given another each time.
        return (told.chunks() + " " + told.finish() + " " + told.failure()).replaceAll("call_[0-9a-z]{8}", "call");
    }
}
