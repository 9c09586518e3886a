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
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Cuts and mutates recorded answers: whatever comes, it ends in a good or a typed end. More rounds with
 * {@code -Dcaravan.fuzz.rounds=100000}.
 */
class FuzzTest {

    private static final int ROUNDS = Integer.getInteger("caravan.fuzz.rounds", 4000);
    private static final List<String> CAPTURES = List.of(
            "ollama-chat-stream",
            "ollama-tools-stream",
            "ollama-load",
            "llama-chat-stream-usage",
            "llama-tools-stream",
            "llama-sse-ping-progress",
            "llama-tools",
            "ollama-v1-tools-stream",
            "llama-anthropic-messages-stream",
            "llama-anthropic-messages",
            "agent-ag-ui",
            "agent-vercel",
            "agent-json-events",
            "agent-json-lines",
            "agent-text-events");
    private static final List<Dialect> DIALECTS = Stream.concat(
                    Stream.of(new Ollama(20_000), new OpenAi(20_000), new Anthropic(20_000), new Gemini(20_000)),
                    Arrays.stream(Shape.values()).map(shape -> new Agent(Agents.of(shape), 20_000)))
            .toList();
    private static final List<String> SAMPLES = List.of(
            "gemini-chat-stream.sse",
            "gemini-thinking-stream.sse",
            "gemini-tools-stream.sse",
            "gemini-midstream-error.sse",
            "gemini-chat-list.json");
    private static final byte[] PARTS = "{}[]\":,\n\r\\ \u0000a<7-".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    @Test
    void endsWithAGoodOrATypedEndWhateverComes() {
        List<byte[]> bodies = Stream.concat(
                        CAPTURES.stream().map(name -> Capture.of(name).body()),
                        SAMPLES.stream().map(Sample::of))
                .toList();

        int[] ends = new int[2];
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(5 + ROUNDS / 10_000), () -> {
            for (int seed = 0; seed < ROUNDS; seed++) {
                ends[endsWell(seed, bodies) ? 1 : 0]++;
            }
        });

        assertThat(ends[0]).as("bad ends").isPositive();
        assertThat(ends[1]).as("good ends").isPositive();
    }

    /** Anything thrown but a failure of ours comes through. */
    private static boolean endsWell(int seed, List<byte[]> bodies) {
        Random random = new Random(seed);
        byte[] bytes = mutated(random, bodies.get(random.nextInt(bodies.size())));
        Dialect dialect = DIALECTS.get(random.nextInt(DIALECTS.size()));
        try {
            return Told.by(dialect.decode(Pieces.random(random, bytes), random.nextBoolean() ? "" : "application/json"))
                    .failure()
                    .isEmpty();
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static byte[] mutated(Random random, byte[] body) {
        byte[] bytes = body.clone();
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes = switch (random.nextInt(5)) {
                case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
                case 1 -> without(bytes, random.nextInt(bytes.length + 1), random.nextInt(50));
                case 2 -> twice(bytes, random.nextInt(bytes.length + 1), random.nextInt(500));
                case 3 -> replaced(bytes, random, (byte) random.nextInt(256));
                default -> replaced(bytes, random, PARTS[random.nextInt(PARTS.length)]);
            };
        }
        return bytes;
    }

    private static byte[] without(byte[] bytes, int from, int count) {
        return joined(Arrays.copyOf(bytes, from), rest(bytes, from + count));
    }

    private static byte[] twice(byte[] bytes, int from, int count) {
        return joined(Arrays.copyOf(bytes, Math.min(bytes.length, from + count)), rest(bytes, from));
    }

    private static byte[] replaced(byte[] bytes, Random random, byte by) {
        if (bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] = by;
        }
        return bytes;
    }

    private static byte[] rest(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, Math.min(from, bytes.length), bytes.length);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(first);
        joined.writeBytes(second);
        return joined.toByteArray();
    }
}
