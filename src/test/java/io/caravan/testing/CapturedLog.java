package io.caravan.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.caravan.operate.Logs;
import io.caravan.settings.LogSettings;
import io.caravan.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Everything that is logged, at the level {@code info}, from its start to its close. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private record Line(String logger, String text, String thread) {}

    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final PatternLayoutEncoder pattern = new PatternLayoutEncoder();
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    private CapturedLog() {
        setContext(loggers);
        pattern.setContext(loggers);
        pattern.setPattern("%level %logger %msg %kvp %ex");
        pattern.start();
    }

    public static CapturedLog listen() {
        LogSettings settings =
                Settings.load(Optional.empty(), Map.of(), List.of(), false).log();
        Logs.set(settings);
        CapturedLog log = new CapturedLog();
        Logger root = log.loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        log.attach(root);
        return log;
    }

    private void attach(Logger root) {
        start();
        root.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(new Line(
                event.getLoggerName(),
                new String(pattern.encode(event), StandardCharsets.UTF_8),
                event.getThreadName()));
    }

    /** The lines of one logger. */
    public List<String> lines(String logger) {
        return lines.stream()
                .filter(line -> line.logger().equals(logger))
                .map(Line::text)
                .toList();
    }

    /** The threads on which a logger's lines with these words were logged. */
    public List<String> threads(String logger, String words) {
        return lines.stream()
                .filter(line -> line.logger().equals(logger) && line.text().contains(words))
                .map(Line::thread)
                .toList();
    }

    /** The first line of a logger with these words, as soon as it is there. */
    public String await(String logger, String words) {
        return org.awaitility.Awaitility.await()
                .until(
                        () -> lines(logger).stream()
                                .filter(line -> line.contains(words))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Everything, a line each. */
    public String all() {
        return String.join("\n", lines.stream().map(Line::text).toList());
    }

    @Override
    public void close() {
        loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(this);
        loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    }
}
