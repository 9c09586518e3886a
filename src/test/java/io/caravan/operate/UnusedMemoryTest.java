package io.caravan.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class UnusedMemoryTest {

    private static final int BLOCK_BYTES = 8 * 1024;
    private static final int BLOCKS = 8 * 1024;

    @Test
    void freedNativeMemoryGoesBackToTheSystem() throws IOException, JMException {
        assumeThat(canTrim()).isTrue();
        System.gc(); // the heap has given back what it will
        long before = residentKilobytes();
        long[] blocks = LongStream.generate(UnusedMemoryTest::touchedBlock)
                .limit(BLOCKS)
                .toArray();
        long last = blocks[BLOCKS - 1]; // behind all others, so that freeing these gives nothing back by itself
        Arrays.stream(blocks).limit(BLOCKS - 1).forEach(PlatformDependent::freeMemory);
        long freed = residentKilobytes();
        try {
            assertThat(freed - before).isGreaterThan(BLOCKS * BLOCK_BYTES / 1024 / 2);

            UnusedMemory.giveBack();

            assertThat(residentKilobytes()).isLessThan((before + freed) / 2);
        } finally {
            PlatformDependent.freeMemory(last);
        }
    }

    private static long touchedBlock() {
        long block = PlatformDependent.allocateMemory(BLOCK_BYTES);
        PlatformDependent.setMemory(block, BLOCK_BYTES, (byte) 1);
        return block;
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** Newer ones can, on Linux with glibc. */
    private static boolean canTrim() throws JMException {
        return Arrays.stream(ManagementFactory.getPlatformMBeanServer()
                        .getMBeanInfo(new ObjectName("com.sun.management:type=DiagnosticCommand"))
                        .getOperations())
                .anyMatch(operation -> operation.getName().equals("systemTrimNativeHeap"));
    }
}
