package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.chat.ChatEvent.Text;
import io.caravan.dialect.anthropic.Anthropic;
import io.caravan.dialect.ollama.Ollama;
import io.caravan.dialect.openai.OpenAi;
import io.caravan.failure.CancelledException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import io.caravan.stream.Pieces;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When an answer is read, and how it ends. */
@Timeout(60)
class StreamedAnswerTest {

    private static final String OLLAMA_TEXT = "{\"message\":{\"content\":\"Hi\"},\"done\":false}\n";
    private static final String OLLAMA_END = "{\"message\":{\"content\":\"!\"},\"done\":true}\n";
    private static final String OPENAI_TEXT = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
    private static final String OPENAI_END =
            "data: {\"choices\":[{\"delta\":{\"content\":\"!\"},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String OPENAI_USAGE = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";

    private static final String ANTHROPIC_TEXT =
            "data: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"%s\"}}\n\n";
    private static final Map<String, String> TEXT =
            Map.of("ollama", OLLAMA_TEXT, "openai", OPENAI_TEXT, "anthropic", ANTHROPIC_TEXT.formatted("Hi"));
    private static final Map<String, String> END =
            Map.of("ollama", OLLAMA_END, "openai", OPENAI_END, "anthropic", ANTHROPIC_TEXT.formatted("!"));
    private static final Map<String, String> LATE =
            Map.of("openai", OPENAI_USAGE, "anthropic", "data: {\"type\":\"message_stop\"}\n\n");

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ollama", "openai", "anthropic"})
    void handsEachChunkOutBeforeTheServerWritesTheNext(String dialect) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket served = server.accept();
                Answer answer = named(dialect).decode(client.getInputStream(), "")) {
            // What waits for ever fails instead.
            client.setSoTimeout(20_000);
            OutputStream model = served.getOutputStream();

            // One thread writes and reads: a reader that waited for more than the line would wait for ever.
            for (int i = 0; i < 100; i++) {
                model.write(bytes(TEXT.getOrDefault(dialect, "")));
                assertThat(answer.hasNext()).isTrue();
                assertThat(answer.next()).isEqualTo(new Text("Hi"));
            }
            model.write(bytes(END.getOrDefault(dialect, "")));
            assertThat(answer.next()).isEqualTo(new Text("!"));
            if (LATE.containsKey(dialect)) {
                model.write(bytes(LATE.getOrDefault(dialect, "")));
                assertThat(answer.next()).isNull();
            }

            assertThat(answer.hasNext()).isFalse();
            assertThat(answer.finish().reason()).isEqualTo("stop");
            // Closing the answer reads on to the end of the stream.
            served.shutdownOutput();
        }
    }

    @Test
    void readsNothingBeforeTheFirstChunkIsAskedFor() {
        Pieces body = Pieces.whole(bytes(OLLAMA_TEXT));

        Answer answer = new Ollama().decode(body, "");

        assertThat(answer.hasNext()).isTrue();
        assertThat(body.reads()).isZero();
    }

    @Test
    void readsToTheEndOfTheStreamWhenClosedAfterTheEnd() throws IOException {
        Pieces body = Pieces.of(10, bytes(OLLAMA_END + "\n \n"));
        Answer answer = new Ollama().decode(body, "");

        Told.by(answer);
        answer.close();

        assertThat(body.left()).isZero();
        assertThat(body.isClosed()).isTrue();
    }

    @Test
    void readsSomeButNotAllOfAnEndlessRest() throws IOException {
        Pieces body = Pieces.of(1000, bytes(OPENAI_END + "data: [DONE]\n\n" + "x".repeat(1_000_000)));
        Answer answer = new OpenAi().decode(body, "");

        Told.by(answer);
        answer.close();

        assertThat(body.left()).isBetween(900_000, 950_000);
        assertThat(body.isClosed()).isTrue();
    }

    @Test
    void readsNothingWhenClosedBeforeTheEnd() throws IOException {
        Pieces body = Pieces.of(OLLAMA_TEXT.length(), bytes(OLLAMA_TEXT + OLLAMA_TEXT + OLLAMA_END));
        Answer answer = new Ollama().decode(body, "");
        answer.next();

        answer.close();

        assertThat(body.reads()).isEqualTo(1);
        assertThat(body.isClosed()).isTrue();
    }

    @Test
    void closesQuietlyWhereTheConnectionBreaksAfterTheEnd() throws IOException {
        Throwing broken = new Throwing(new IOException("Connection reset"));
        Answer answer = new Ollama().decode(new SequenceInputStream(Pieces.whole(bytes(OLLAMA_END)), broken), "");

        Told told = Told.by(answer);
        answer.close();

        assertThat(told.reason()).isEqualTo("stop");
        assertThat(broken.asked).isTrue();
    }

    @Test
    void hasNothingMoreAfterAFailure() {
        Answer answer = new Ollama().decode(Pieces.whole(bytes("rubbish\n" + OLLAMA_END)), "");

        assertThatThrownBy(answer::next).isInstanceOf(StreamException.class);

        assertThat(answer.hasNext()).isFalse();
        assertThatThrownBy(answer::next).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(answer::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void letsAFailureOfTheStreamPassBeforeTheFirstChunk() {
        UnavailableException silent = new UnavailableException(ErrorCode.PROVIDER_TIMEOUT, "silent");

        assertThatThrownBy(() -> decode(true, new Throwing(silent)).next()).isSameAs(silent);
    }

    @Test
    void makesAnyFailureAfterTheFirstChunkAnInterruption() {
        UnavailableException silent = new UnavailableException(ErrorCode.PROVIDER_TIMEOUT, "silent for 60s");
        Answer answer = decode(true, new SequenceInputStream(Pieces.whole(bytes(OLLAMA_TEXT)), new Throwing(silent)));

        answer.next();

        assertThatThrownBy(answer::next)
                .isInstanceOfSatisfying(StreamException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.STREAM_INTERRUPTED);
                    assertThat(e.partial()).isTrue();
                })
                .hasMessage("silent for 60s")
                .hasCause(silent);
    }

    @Test
    void letsACancellationPassAtAnyTime() {
        CancelledException cancelled = new CancelledException("gone", true);
        Answer answer =
                decode(true, new SequenceInputStream(Pieces.whole(bytes(OLLAMA_TEXT)), new Throwing(cancelled)));

        answer.next();

        assertThatThrownBy(answer::next).isSameAs(cancelled);
    }

    private static Dialect named(String dialect) {
        return switch (dialect) {
            case "ollama" -> new Ollama();
            case "openai" -> new OpenAi();
            case "anthropic" -> new Anthropic();
            default -> throw new IllegalArgumentException(dialect);
        };
    }

    private static Answer decode(boolean ollama, InputStream body) {
        return (ollama ? new Ollama() : new OpenAi()).decode(body, "");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** A stream that fails at once. */
    private static final class Throwing extends InputStream {

        private final Exception failure;
        private boolean asked;

        private Throwing(Exception failure) {
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            asked = true;
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw (IOException) failure;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return read();
        }
    }
}
