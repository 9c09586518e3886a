package io.caravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What a process and all below it have used: processor time since their start, and resident memory now. */
record Usage(Duration cpu, long residentBytes) {

    static final Usage NONE = new Usage(Duration.ZERO, 0);

    static Usage of(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(Usage::single)
                .reduce(
                        NONE,
                        (one, other) -> new Usage(one.cpu.plus(other.cpu), one.residentBytes + other.residentBytes));
    }

    private static Usage single(ProcessHandle process) {
        return new Usage(process.info().totalCpuDuration().orElse(Duration.ZERO), resident(process.pid()));
    }

    /** From Linux's /proc; 0 where there is none. */
    private static long resident(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
