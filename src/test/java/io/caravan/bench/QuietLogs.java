package io.caravan.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Turns logging down to warnings: without a configuration of its own, Logback would write every detail. */
final class QuietLogs {

    private QuietLogs() {}

    static void set() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    }
}
