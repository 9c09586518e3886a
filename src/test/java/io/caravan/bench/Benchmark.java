package io.caravan.bench;

import io.caravan.bench.Laboratory.Started;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sets the stub, a plain Camel route, Caravan and any peer side by side; {@code docs/benchmarks.md} says how to read it. */
@Command(name = "benchmark", mixinStandardHelpOptions = true, sortOptions = false)
final class Benchmark implements Callable<Integer> {

    private static final String COMMAND = "%s run --set caravan.port={port} --set caravan.management.port={management}"
            + " --set caravan.provider.ollama.url={stub} --set caravan.provider.ollama.model=stub"
            + " --set caravan.max-concurrent=10000 --set caravan.work-dir={work}";

    /** A first provider that nobody listens for, left alone for good once it has failed a few times. */
    private static final String DOWN = " --set caravan.providers=down,ollama --set caravan.provider.down.type=ollama"
            + " --set caravan.provider.down.url=http://127.0.0.1:1 --set caravan.provider.down.model=none"
            + " --set caravan.provider.down.breaker.open-for=1h";

    @Option(
            names = "--cases",
            split = ",",
            defaultValue = "64x50,1000x50,9000x1,1000x1,connections,start,tls,fallback",
            description = "Which cases, of: ${DEFAULT-VALUE}")
    private List<String> cases = List.of();

    @Option(
            names = "--targets",
            split = ",",
            defaultValue = "direct,bare,plain,caravan,peer",
            description = "Which targets, of: ${DEFAULT-VALUE}")
    private List<String> targets = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds of each case (default ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--opening",
            defaultValue = "30",
            description = "Seconds at most, in which the streams begin (default ${DEFAULT-VALUE})")
    private int opening;

    @Option(
            names = "--warm-up",
            defaultValue = "5",
            description = "Seconds before each measurement, after all streams have begun (default ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(
            names = "--preheat",
            defaultValue = "0",
            description = "Seconds of short answers, once for each program, before its first warm-up"
                    + " (default ${DEFAULT-VALUE})")
    private int preheat;

    @Option(names = "--seconds", defaultValue = "12", description = "Seconds measured (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--jdk",
            description =
                    "Home of a JDK for the programs under test; give it twice for cases on Java 17 and a newer one"
                            + " (default: the one that runs this)")
    private List<Path> jdkHomes = new ArrayList<>();

    @Option(
            names = "--distribution",
            defaultValue = "target/caravan",
            description = "Folder of the packaged Caravan (default ${DEFAULT-VALUE})")
    private Path distribution = Path.of("");

    @Option(
            names = "--caravan-command",
            description = "Command that starts Caravan; {port}, {management}, {stub}, {work} and {java} are filled in")
    private @Nullable String caravanCommand;

    @Option(
            names = "--caravan",
            description = "WebSocket URL of a running Caravan instead, whose provider is the stub at --stub-port")
    private @Nullable URI caravan;

    @Option(names = "--caravan-pid", defaultValue = "0", description = "Its process, to count its cost")
    private long caravanPid;

    @Option(
            names = "--peer",
            description =
                    "Another gateway's OpenAI-compatible URL, up to /v1, whose provider is the stub at --stub-port")
    private @Nullable URI peer;

    @Option(names = "--peer-pid", defaultValue = "0", description = "Its process, to count its cost")
    private long peerPid;

    @Option(names = "--peer-header", description = "A header line for each request to the peer; may be repeated")
    private List<String> peerHeaders = new ArrayList<>();

    @Option(names = "--stub-port", defaultValue = "0", description = "Port of the stub (default: any free one)")
    private int stubPort;

    @Option(
            names = "--per-connection",
            defaultValue = "1",
            description = "Streams that share a WebSocket to Caravan (default ${DEFAULT-VALUE})")
    private int perConnection;

    @Option(names = "--out", description = "File that gets the Markdown, too")
    private @Nullable Path file;

    private final Report report = new Report();

    private Benchmark() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("caravan-benchmark");
        try (Laboratory laboratory = new Laboratory(folder, stubPort)) {
            report.heading(jdks(), rounds);
            for (Case one : Case.streaming(cases)) {
                report.title(one.title());
                report.table(measure(laboratory, one));
            }
            if (cases.contains("connections")) {
                connections(laboratory);
            }
            if (cases.contains("start")) {
                starts(laboratory);
            }
            if (cases.contains("tls")) {
                tls(laboratory);
            }
            if (cases.contains("fallback") && startsHere()) {
                fallback(laboratory);
            }
            report.note("The stub saw %s.", laboratory.stubCounters());
            if (file != null) {
                Files.writeString(file, report.text());
            }
            System.err.println("Logs: " + folder);
            return 0;
        }
    }

    private List<Jdk> jdks() {
        return jdkHomes.isEmpty()
                ? List.of(Jdk.ours())
                : jdkHomes.stream().map(Jdk::at).toList();
    }

    private Optional<Jdk> jdk(Case one) {
        return one.java() == Case.JavaNeeded.NEWEST
                ? jdks().stream().max(Comparator.comparingInt(Jdk::major))
                : jdks().stream().filter(jdk -> jdk.major() == 17).findFirst();
    }

    private Map<String, Row> measure(Laboratory laboratory, Case one) {
        Optional<Jdk> jdk = jdk(one);
        if (jdk.isEmpty()) {
            report.note("Left out: this case needs --jdk with a Java 17.");
            return Map.of();
        }
        List<Contestant> kept = new ArrayList<>();
        try {
            keepRunning(kept, laboratory, jdk.get());
            Map<String, List<Row>> rows = new LinkedHashMap<>();
            Work work = work(one, perConnection);
            for (int round = 1; round <= rounds; round++) {
                for (Supplier<Contestant> start : contestants(laboratory, jdk.get(), kept)) {
                    Contestant contestant = start.get();
                    String name = contestant.target().name();
                    System.err.printf("%s, round %d: %s%n", one.title(), round, name);
                    if (preheat > 0 && (round == 1 || !kept.contains(contestant))) {
                        Trial.run(laboratory, contestant, Case.preheat(Duration.ofSeconds(preheat)));
                    }
                    rows.computeIfAbsent(name, unused -> new ArrayList<>())
                            .add(Trial.run(laboratory, contestant, work));
                    if (!kept.contains(contestant)) {
                        contestant.close();
                    }
                }
            }
            Map<String, Row> medians = new LinkedHashMap<>();
            rows.forEach((name, all) -> medians.put(name, Row.median(all)));
            kept.stream()
                    .filter(contestant -> contestant.target().name().equals("Caravan"))
                    .flatMap(contestant -> contestant.java().stream())
                    .forEach(java -> report.note("Caravan ran on Java %s.\n", java));
            return medians;
        } finally {
            kept.forEach(Contestant::close);
        }
    }

    private void keepRunning(List<Contestant> kept, Laboratory laboratory, Jdk jdk) {
        if (targets.contains("bare")) {
            kept.add(laboratory.bareRelay(jdk, laboratory.url()).contestant());
        }
        caravan(laboratory, jdk).ifPresent(kept::add);
    }

    /** Plain Camel starts anew in each round: what was still queued in it would spoil the next one. */
    private List<Supplier<Contestant>> contestants(Laboratory laboratory, Jdk jdk, List<Contestant> kept) {
        List<Supplier<Contestant>> all = new ArrayList<>();
        if (targets.contains("direct")) {
            all.add(laboratory::direct);
        }
        if (targets.contains("plain")) {
            all.add(() -> laboratory.plainCamel(jdk, laboratory.url()).contestant());
        }
        kept.forEach(running -> all.add(() -> running));
        if (targets.contains("peer") && peer != null) {
            URI uri = URI.create(peer + "/chat/completions");
            Target target = new Target("peer", Target.Protocol.OPENAI, uri, peerHeaders);
            all.add(laboratory::directEvents);
            all.add(() -> new Contestant(target, ProcessHandle.of(peerPid), () -> {}));
        }
        return all;
    }

    private Optional<Contestant> caravan(Laboratory laboratory, Jdk jdk) {
        if (caravan != null && targets.contains("caravan")) {
            Target target = new Target("Caravan", Target.Protocol.CARAVAN, caravan, List.of());
            return Optional.of(new Contestant(target, ProcessHandle.of(caravanPid), () -> {}));
        }
        return startsHere()
                ? Optional.of(
                        laboratory.caravan(command(), jdk, laboratory.url()).contestant())
                : Optional.empty();
    }

    /** Whether there is a Caravan that can be started. */
    private boolean startsHere() {
        return caravan == null
                && targets.contains("caravan")
                && (caravanCommand != null || Files.isExecutable(distribution.resolve("caravan")));
    }

    private String command() {
        return caravanCommand != null
                ? caravanCommand
                : COMMAND.formatted(distribution.resolve("caravan").toAbsolutePath());
    }

    private void connections(Laboratory laboratory) {
        Map<String, Row> few = measure(laboratory, Case.FEW);
        Map<String, Row> many = measure(laboratory, Case.MANY);
        report.title(Case.FEW.title());
        report.table(few);
        report.title(Case.MANY.title());
        report.table(many);
        few.forEach((name, row) -> {
            Row other = many.get(name);
            if (other != null && row.cpuMicrosPerChunk() > 0) {
                report.note(
                        "CPU per chunk at 5,000 connections over that at 50, %s: %.2f",
                        name, other.cpuMicrosPerChunk() / row.cpuMicrosPerChunk());
            }
        });
    }

    private void starts(Laboratory laboratory) {
        report.title("Start to ready, and idle");
        Map<String, List<Double>> figures = new LinkedHashMap<>();
        for (Jdk jdk : jdks()) {
            if (targets.contains("plain")) {
                figures.put(
                        "plain Camel, Java " + jdk.version(),
                        Idle.measure(rounds, seconds, () -> laboratory.plainCamel(jdk, laboratory.url())));
            }
            if (startsHere()) {
                figures.put(
                        "Caravan, Java " + jdk.version(),
                        Idle.measure(rounds, seconds, () -> laboratory.caravan(command(), jdk, laboratory.url())));
            }
        }
        report.starts(figures);
    }

    private void tls(Laboratory laboratory) {
        report.title("A new TLS connection per request against the pool: " + Case.SHORT.title());
        Map<String, Row> rows = new LinkedHashMap<>();
        for (boolean kept : new boolean[] {true, false}) {
            String suffix = kept ? ", pool" : ", new connection per request";
            Jdk jdk = jdk(Case.SHORT).orElseThrow();
            if (targets.contains("plain")) {
                rows.put(
                        "plain Camel" + suffix,
                        shortAnswers(laboratory, laboratory.plainCamel(jdk, laboratory.tlsUrl(kept))));
            }
            if (startsHere()) {
                rows.put(
                        "Caravan" + suffix,
                        shortAnswers(laboratory, laboratory.caravan(command(), jdk, laboratory.tlsUrl(kept))));
            }
        }
        report.begins(rows);
        for (String name : List.of("plain Camel", "Caravan")) {
            Row pool = rows.get(name + ", pool");
            Row fresh = rows.get(name + ", new connection per request");
            if (pool != null && fresh != null) {
                report.note(
                        "New connections over the pool, %s: first chunk p50 %.1f times, CPU per answer %.1f times",
                        name,
                        fresh.first50() / pool.first50(),
                        Report.millisPerAnswer(fresh) / Report.millisPerAnswer(pool));
            }
        }
    }

    /** A case's work, for as long as the arguments say. */
    private Work work(Case one, int streamsOnEach) {
        return one.work(
                streamsOnEach, Duration.ofSeconds(opening), Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds));
    }

    /** What it costs to come second: the same provider alone, and behind one that is down. */
    private void fallback(Laboratory laboratory) {
        report.title("A provider alone, and behind one that is down: " + Case.BEHIND.title());
        Jdk jdk = jdk(Case.BEHIND).orElseThrow();
        Work work = work(Case.BEHIND, 1);
        List<Row> alone = new ArrayList<>();
        List<Row> behind = new ArrayList<>();
        try (Contestant one =
                        laboratory.caravan(command(), jdk, laboratory.url()).contestant();
                Contestant two = laboratory
                        .caravan(command() + DOWN, jdk, laboratory.url())
                        .contestant()) {
            for (int round = 1; round <= rounds; round++) {
                alone.add(Trial.run(laboratory, one, work));
                behind.add(Trial.run(laboratory, two, work));
            }
        }
        Row first = Row.median(alone);
        Row second = Row.median(behind);
        report.begins(Map.of("Caravan, alone", first, "Caravan, behind one that is down", second));
        report.note("Added first chunk p50: %.2f ms", second.first50() - first.first50());
    }

    private Row shortAnswers(Laboratory laboratory, Started started) {
        try (Contestant contestant = started.contestant()) {
            Work work = work(Case.SHORT, 1);
            List<Row> all = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                all.add(Trial.run(laboratory, contestant, work));
            }
            return Row.median(all);
        }
    }
}
