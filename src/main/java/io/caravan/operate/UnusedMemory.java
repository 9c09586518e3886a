package io.caravan.operate;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** Memory that nothing holds any more, and that the process has not given back to the system. */
public final class UnusedMemory {

    private UnusedMemory() {}

    /**
     * Collects all garbage, then has the C library give back what it keeps of freed memory, where the virtual machine can
     * tell it to ({@code System.trim_native_heap} of {@code jcmd}: Linux with glibc).
     */
    public static void giveBack() {
        System.gc();
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
        } catch (JMException e) {
            return; // elsewhere it stays
        }
    }
}
