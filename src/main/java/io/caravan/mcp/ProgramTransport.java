package io.caravan.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.mcp.McpException.Kind;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The standard input and output of a program: one message a line. What is no message is passed over. Thread-safe.
 *
 * <p>The SDK's own hands all of our environment on, tells nobody when it stops to read, and leaves a program behind that
 * does not want to end.
 */
final class ProgramTransport implements McpClientTransport {

    private static final Logger LOG = LoggerFactory.getLogger(ProgramTransport.class);
    private static final List<String> INHERITED = List.of("HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER");
    private static final byte[] END = {};

    private final String server;
    private final ProcessBuilder builder;
    private final McpJsonMapper mapper;
    private final BlockingQueue<byte[]> outgoing = new LinkedBlockingQueue<>();
    private final LastWords words = new LastWords();
    private volatile Ended ended = (kind, why) -> {};
    private @Nullable ProgramEnd program;

    /** Gets told when nothing more will be read. */
    interface Ended {
        void because(Kind kind, String why);
    }

    /** @param environment what the program gets beside the usual variables */
    ProgramTransport(String server, List<String> command, Map<String, String> environment, McpJsonMapper mapper) {
        this.server = server;
        this.mapper = mapper;
        this.builder = new ProcessBuilder(command);
        Map<String, String> variables = builder.environment();
        variables.keySet().retainAll(INHERITED);
        variables.putAll(environment);
    }

    /** Says who is told of the end; before it is connected. */
    void whenEnded(Ended ended) {
        this.ended = ended;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.defer(() -> {
            try {
                start(handler);
                return Mono.empty();
            } catch (IOException e) {
                return Mono.error(new McpException(Kind.NOT_SENT, server + " cannot be started: " + e.getMessage(), e));
            }
        });
    }

    private synchronized void start(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) throws IOException {
        Process process = builder.start();
        program = new ProgramEnd(server, process);
        thread("in", () -> write(process.getOutputStream()));
        thread("out", () -> read(process, handler));
        thread("err", () -> listen(process.getErrorStream()));
        thread("exit", () -> {
            try {
                process.waitFor();
                ended.because(Kind.UNANSWERED, "the program of " + server + " has ended" + words.told());
                outgoing.add(END);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void thread(String what, Runnable work) {
        Thread thread = new Thread(work, "caravan-mcp-" + server + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    private void write(OutputStream out) {
        try (out) {
            for (byte[] line = outgoing.take(); line != END; line = outgoing.take()) {
                out.write(line);
                out.flush();
            }
        } catch (IOException e) {
            LOG.debug("{} reads no more: {}", server, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Process process, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        try (InputStream in = new BufferedInputStream(process.getInputStream())) {
            for (Optional<String> line = line(in); line.isPresent(); line = line(in)) {
                message(line.get())
                        .ifPresent(message -> handler.apply(Mono.just(message)).subscribe());
            }
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                ended.because(Kind.UNANSWERED, "the program of " + server + " has closed its output");
            }
        } catch (McpException e) {
            ended.because(e.kind(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            ended.because(Kind.UNANSWERED, "the program of " + server + " cannot be read: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** None at the end. */
    private Optional<String> line(InputStream in) throws IOException, McpException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return Optional.empty();
            }
            if (line.size() == McpJson.LARGEST_MESSAGE) {
                throw new McpException(
                        Kind.GARBLED, server + " wrote a message of more than " + McpJson.LARGEST_MESSAGE + " bytes");
            }
            line.write(next);
        }
        return Optional.of(line.toString(UTF_8));
    }

    private Optional<JSONRPCMessage> message(String line) {
        if (line.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(McpSchema.deserializeJsonRpcMessage(mapper, line));
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} wrote a line that is no message", server);
            return Optional.empty();
        }
    }

    private void listen(InputStream errors) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(errors, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                words.heard(line);
            }
        } catch (IOException e) {
            LOG.debug("{}: {}", server, e.getMessage());
        }
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.defer(() -> {
            try {
                outgoing.add((mapper.writeValueAsString(message) + "\n").getBytes(UTF_8));
                return Mono.empty();
            } catch (IOException e) {
                return Mono.error(e);
            }
        });
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(() -> {
            outgoing.add(END);
            end().ifPresent(ProgramEnd::begin);
        });
    }

    /** How the program ends, if it was started. */
    synchronized Optional<ProgramEnd> end() {
        return Optional.ofNullable(program);
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }
}
