package io.caravan.bench;

import io.caravan.failure.ErrorCode;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where the contestants meet: one stub for all, and the means to start each of them against it. */
final class Laboratory implements AutoCloseable {

    /** A contestant that was started here, and how long it took to be ready. */
    record Started(Program program, Target target, Duration ready) implements AutoCloseable {

        Contestant contestant() {
            return new Contestant(target, Optional.of(program.handle()), program::close);
        }

        @Override
        public void close() {
            program.close();
        }
    }

    private final Path folder;
    private final Path keyStore;
    private final Program stub;
    private final int port;
    private final int tlsPort;

    Laboratory(Path folder, int stubPort) {
        this.folder = folder;
        this.keyStore = folder.resolve("stub.p12");
        this.stub = Program.start(
                "stub",
                ours(
                        Jdk.ours(),
                        // Room enough not to collect for long while it is measured with, and no more: a system that
                        // watches which pages are in use does so on the same processors.
                        List.of("-XX:+UseSerialGC", "-XX:+UseTransparentHugePages", "-Xms400m", "-Xmn100m"),
                        Stub.class,
                        Integer.toString(stubPort),
                        keyStore.toString()),
                Map.of(),
                folder);
        stub.awaitReady(() -> stub.output().contains("ready "));
        String[] ports =
                stub.output().substring(stub.output().indexOf("ready ")).strip().split(" ", -1);
        this.port = Integer.parseInt(ports[1]);
        this.tlsPort = Integer.parseInt(ports[2]);
    }

    /** What later requests to the stub get. */
    void play(Script script) {
        if (!Program.answers(url() + "/stub/script?chunks=" + script.chunks() + "&rate=" + script.rate())) {
            throw new IllegalStateException("The stub does not answer:\n" + stub.output());
        }
    }

    Usage stubUsage() {
        return Usage.of(stub.handle());
    }

    String stubCounters() {
        return Program.page(url() + "/stub/counters").orElse("");
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The stub over TLS: connections are kept, or closed after each answer. */
    String tlsUrl(boolean kept) {
        return "https://127.0.0.1:" + tlsPort + (kept ? "" : "/close");
    }

    Contestant direct() {
        return new Contestant(
                new Target("direct", Target.Protocol.OLLAMA, URI.create(url() + "/api/chat"), List.of()),
                Optional.empty(),
                () -> {});
    }

    Contestant directEvents() {
        return new Contestant(
                new Target(
                        "direct, SSE", Target.Protocol.OPENAI, URI.create(url() + "/v1/chat/completions"), List.of()),
                Optional.empty(),
                () -> {});
    }

    Started plainCamel(Jdk jdk, String stubUrl) {
        int listens = Program.freePort();
        List<String> options = new ArrayList<>(trust());
        if (jdk.major() >= 24) {
            options.add("-Dcamel.threads.virtual.enabled=true");
        }
        Program program = Program.start(
                "plain-camel",
                ours(jdk, options, PlainCamel.class, Integer.toString(listens), stubUrl),
                Map.of(),
                folder);
        Duration ready = program.awaitReady(() -> accepts(listens));
        URI uri = URI.create("ws://127.0.0.1:" + listens + "/chat");
        return new Started(program, new Target("plain Camel", Target.Protocol.LINES, uri, List.of()), ready);
    }

    Started bareRelay(Jdk jdk, String stubUrl) {
        int listens = Program.freePort();
        Program program = Program.start(
                "bare-relay",
                ours(jdk, List.of(), BareRelay.class, Integer.toString(listens), stubUrl),
                Map.of(),
                folder);
        Duration ready = program.awaitReady(() -> accepts(listens));
        URI uri = URI.create("ws://127.0.0.1:" + listens + "/");
        return new Started(program, new Target("bare relay", Target.Protocol.LINES, uri, List.of()), ready);
    }

    /**
     * Starts Caravan with a command in which {@code {port}}, {@code {management}}, {@code {stub}}, {@code {work}} and
     * {@code {java}} are filled in; {@code CARAVAN_JAVA} is set to the JDK.
     */
    Started caravan(String command, Jdk jdk, String stubUrl) {
        int listens = Program.freePort();
        int management = Program.freePort();
        Path work = folder.resolve("work-" + listens);
        List<String> words = Arrays.stream(command.strip().split("\\s+", -1))
                .map(word -> word.replace("{port}", Integer.toString(listens))
                        .replace("{management}", Integer.toString(management))
                        .replace("{stub}", stubUrl)
                        .replace("{work}", work.toString())
                        .replace("{java}", jdk.java()))
                .toList();
        Map<String, String> environment = stubUrl.startsWith("https")
                ? Map.of("CARAVAN_JAVA", jdk.home().toString(), "JAVA_TOOL_OPTIONS", String.join(" ", trust()))
                : Map.of("CARAVAN_JAVA", jdk.home().toString());
        Program program = Program.start("caravan", words, environment, folder);
        Duration ready =
                program.awaitReady(() -> Program.answers("http://127.0.0.1:" + management + "/observe/health/ready"));
        URI uri = URI.create("ws://127.0.0.1:" + listens + "/ws/chat");
        return new Started(program, new Target("Caravan", Target.Protocol.CARAVAN, uri, List.of()), ready);
    }

    private List<String> trust() {
        return List.of(
                "-Djavax.net.ssl.trustStore=" + keyStore, "-Djavax.net.ssl.trustStorePassword=" + TlsStub.PASSWORD);
    }

    private static List<String> ours(Jdk jdk, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(jdk.java()));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Ours without Caravan's own classes, whose settings and components would mend what is to be plain. */
    private static String classPath() {
        Path caravan = codeOf(ErrorCode.class);
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !Path.of(entry).toAbsolutePath().equals(caravan))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path codeOf(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        stub.close();
    }
}
