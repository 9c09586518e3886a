package io.caravan.bench;

import io.caravan.broker.Queues;
import io.caravan.demo.Call;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.BrokerProcess;
import io.caravan.testing.ChatClient;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How fast work that waits is done by the packaged program: lines of batches, prompts of queues, and chats meanwhile. Run it
 * as the profile {@code benchmark} runs {@link Benchmark}, with the names of cases; docs/benchmarks.md has its figures.
 */
public final class BacklogBenchmark {

    private static final PrintStream OUT = System.out;
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);
    private static final int AT_ONCE = 64;

    private final Path folder;

    private BacklogBenchmark(Path folder) {
        this.folder = folder;
    }

    /** Runs the cases that are named: file, batch, queue, ceiling, workers, chat. */
    public static void main(String[] cases) throws Exception {
        BacklogBenchmark benchmark = new BacklogBenchmark(Files.createTempDirectory("caravan-backlog"));
        for (String name : cases) {
            switch (name) {
                case "file" -> benchmark.file(50_000);
                case "batch" -> benchmark.batch(7_680);
                case "queue" -> benchmark.queue("queue", 7_680, HALF_A_SECOND, 1, AT_ONCE);
                case "ceiling" -> benchmark.queue("ceiling", 20_000, Duration.ZERO, 1, AT_ONCE);
                case "workers" -> {
                    benchmark.queue("one worker", 1_920, HALF_A_SECOND, 1, 16);
                    benchmark.queue("two workers", 1_920, HALF_A_SECOND, 2, 16);
                }
                case "chat" -> benchmark.chat();
                default -> throw new IllegalArgumentException(name);
            }
        }
        System.exit(0);
    }

    private static ScriptedModel model(Duration time) {
        return ScriptedModel.builder()
                .remembering(100_000)
                .script(Script.always(Reply.of(Words.of("done"), Pace.steady(time, Duration.ZERO))))
                .start();
    }

    private Program caravan(String name, ScriptedModel model, String... more) {
        return Program.start(name, command(name, model, "run", more), Map.of(), folder);
    }

    private List<String> command(String name, ScriptedModel model, String command, String... more) {
        List<String> words = new ArrayList<>(List.of("target/caravan/caravan", command));
        Stream.concat(
                        Stream.of(
                                "caravan.work-dir=" + folder.resolve(name),
                                "caravan.provider.ollama.url=" + model.url(),
                                "caravan.provider.ollama.model=scripted"),
                        Arrays.stream(more))
                .forEach(setting -> words.addAll(List.of("--set", setting)));
        return words;
    }

    private Path lines(int count) throws IOException {
        Path file = folder.resolve("lines-" + count + ".jsonl");
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int line = 0; line < count; line++) {
                writer.write("{\"custom_id\":\"l" + line
                        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"scripted\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Summarise ticket " + line + "\"}]}}\n");
            }
        }
        return file;
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }

    private static void say(String format, Object... values) {
        OUT.println(String.format(Locale.ROOT, format, values));
    }

    /** From the moment the file is in the inbox until its last line is in the queue; nobody takes them out. */
    private void file(int lines) throws Exception {
        Path source = lines(lines);
        int port = Program.freePort();
        int management = Program.freePort();
        try (ScriptedModel model = model(Duration.ZERO);
                Program program = caravan(
                        "file",
                        model,
                        "caravan.batch.consumers=0",
                        "caravan.port=" + port,
                        "caravan.management.port=" + management)) {
            String metrics = "http://127.0.0.1:" + management + "/observe/metrics";
            program.awaitReady(() -> Program.answers(metrics));
            Files.move(source, folder.resolve("file/inbox/lines.jsonl"));
            long begun = System.nanoTime();
            program.awaitReady(() -> depth(metrics) > 0);
            long first = System.nanoTime();
            program.awaitReady(() -> depth(metrics) >= lines);
            long end = System.nanoTime();
            say(
                    "file: %d lines checked and queued in %.1f s behind the 2 s of silence (%.0f lines/s); queue alone %.1f s",
                    lines, seconds(begun, end) - 2, lines / (seconds(begun, end) - 2), seconds(first, end));
        }
    }

    private static double depth(String metrics) {
        return Program.page(metrics).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("caravan_queue_depth{") && line.contains("caravan.batch"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void spans(String name, List<Call> calls, int count, int atOnce, Duration each) {
        long[] times = calls.stream().mapToLong(Call::nanoTime).sorted().toArray();
        double ideal = (double) count / atOnce * each.toNanos() / 1e9;
        double took = seconds(times[0], times[times.length - 1]) + each.toNanos() / 1e9;
        int from = times.length / 10;
        int to = times.length - 1 - from;
        double middle = seconds(times[from], times[to]);
        double idealMiddle = (to - from) / (double) atOnce * each.toNanos() / 1e9;
        say(
                "%s: %d calls at %d at a time: %.1f s, ideal %.1f s: %.1f %% over it; without the first and the last tenth %.1f %%",
                name, times.length, atOnce, took, ideal, (took / ideal - 1) * 100, (middle / idealMiddle - 1) * 100);
    }

    private void batch(int lines) throws Exception {
        Path source = lines(lines);
        try (ScriptedModel model = model(HALF_A_SECOND)) {
            List<String> words = command("batch", model, "batch");
            words.addAll(
                    2,
                    List.of(source.toString(), "-o", folder.resolve("out.jsonl").toString()));
            long begun = System.nanoTime();
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("batch.log").toFile())
                    .start();
            int exit = process.waitFor();
            say("batch: exit %d, the whole command %.1f s", exit, seconds(begun, System.nanoTime()));
            spans("batch", model.questions(), lines, AT_ONCE, HALF_A_SECOND);
        }
    }

    private void queue(String name, int prompts, Duration each, int workers, int atOnce) throws Exception {
        String run = name.replace(' ', '-');
        try (BrokerProcess broker = BrokerProcess.start(Files.createDirectories(folder.resolve(run + "-broker")));
                ScriptedModel model = model(each);
                JMSContext jms = broker.connections().createContext();
                JMSContext sending = jms.createContext(JMSContext.SESSION_TRANSACTED)) {
            JMSProducer producer = sending.createProducer().setDeliveryMode(DeliveryMode.PERSISTENT);
            List<Program> programs = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                int management = Program.freePort();
                Program program = caravan(
                        run + worker,
                        model,
                        "caravan.port=" + Program.freePort(),
                        "caravan.management.port=" + management,
                        "caravan.queue.consumers=" + atOnce,
                        "caravan.batch.consumers=0",
                        "caravan.questions.consumers=0",
                        "caravan.broker.url=" + broker.url(),
                        "caravan.broker.user=" + BrokerProcess.USER,
                        "caravan.broker.password=" + BrokerProcess.PASSWORD);
                program.awaitReady(() -> Program.answers("http://127.0.0.1:" + management + "/observe/health/ready"));
                programs.add(program);
            }
            JMSConsumer answers = jms.createConsumer(jms.createQueue(Queues.ANSWERS));
            warm(sending, producer, answers);
            int before = model.questions().size();
            long begun = System.nanoTime();
            for (int prompt = 0; prompt < prompts; prompt++) {
                producer.send(sending.createQueue(Queues.PROMPTS), "Summarise ticket " + prompt);
                if (prompt % 100 == 99) {
                    sending.commit();
                }
            }
            sending.commit();
            long sent = System.nanoTime();
            for (int prompt = 0; prompt < prompts; prompt++) {
                if (answers.receive(60_000) == null) {
                    throw new IllegalStateException("an answer is missing");
                }
            }
            long end = System.nanoTime();
            say(
                    "%s: %d prompts sent in %.1f s, all answered %.1f s after the first was sent (%.0f prompts/s)",
                    name, prompts, seconds(begun, sent), seconds(begun, end), prompts / seconds(begun, end));
            if (!each.isZero()) {
                List<Call> calls = model.questions();
                spans(name, calls.subList(before, calls.size()), prompts, atOnce * workers, each);
            }
            programs.forEach(Program::close);
        }
    }

    /** Until the limit of the model is learned. */
    private static void warm(JMSContext sending, JMSProducer producer, JMSConsumer answers) {
        for (int prompt = 0; prompt < 2_000; prompt++) {
            producer.send(sending.createQueue(Queues.PROMPTS), "warm " + prompt);
        }
        sending.commit();
        for (int prompt = 0; prompt < 2_000; prompt++) {
            answers.receive(60_000);
        }
    }

    /** The first chunk of a chat, alone and while a batch takes all that the model bears: 16 at a time, else 429. */
    private void chat() throws Exception {
        int port = Program.freePort();
        int management = Program.freePort();
        try (ScriptedModel model = model(Duration.ofMillis(200))) {
            model.when(call -> model.inFlight() > 16, io.caravan.demo.Fault.status(429));
            try (Program program =
                    caravan("chat", model, "caravan.port=" + port, "caravan.management.port=" + management)) {
                program.awaitReady(() -> Program.answers("http://127.0.0.1:" + management + "/observe/health/ready"));
                try (ChatClient client = ChatClient.connect(URI.create("ws://127.0.0.1:" + port + "/ws/chat"))) {
                    chats(client, 20);
                    double[] idle = chats(client, 100);
                    Files.move(lines(20_000), folder.resolve("chat/inbox/lines.jsonl"));
                    program.awaitReady(() -> model.inFlight() > 8);
                    chats(client, 50);
                    double[] busy = chats(client, 100);
                    say(
                            "chat: first chunk p50 %.1f ms idle, %.1f ms beside a batch (%.2f x); p90 %.1f, %.1f; in flight %d",
                            idle[50], busy[50], busy[50] / idle[50], idle[90], busy[90], model.inFlight());
                }
            }
        }
    }

    private static double[] chats(ChatClient client, int count) {
        double[] millis = new double[count];
        for (int chat = 0; chat < count; chat++) {
            String id = "chat-" + System.nanoTime();
            long begun = System.nanoTime();
            client.chat(id, "hello").until(id, "chunk");
            millis[chat] = (System.nanoTime() - begun) / 1e6;
            client.end(id);
        }
        Arrays.sort(millis);
        return millis;
    }
}
