package io.caravan.operate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.caravan.settings.LogSettings;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The log, on standard error: plain lines for people or one JSON object a line for machines. Found by Logback as a
 * service, so that nothing is logged before it is set up.
 */
public final class Logs extends ContextAwareBase implements Configurator {

    /** The launcher sets it: Java itself does not tell the same on all versions. */
    private static final String TERMINAL = "caravan.terminal";

    private static final List<String> LIBRARIES = List.of(
            "ch.qos",
            "com.ethlo",
            "com.fasterxml",
            "com.github",
            "com.nimbusds",
            "com.zaxxer",
            "io.github",
            "io.micrometer",
            "io.netty",
            "io.prometheus",
            "io.vertx",
            "org.apache",
            "org.flywaydb",
            "org.jboss",
            "org.jdbi",
            "org.messaginghub",
            "org.postgresql",
            "org.springframework",
            "org.sqlite");

    private static final String PLAIN = "%d{HH:mm:ss.SSS} %-5level %logger{0} - %msg %kvp{NONE}%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        set(context, LogSettings.Format.TEXT, Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** From here on logs as the settings say. */
    public static void set(LogSettings settings) {
        set(
                (LoggerContext) LoggerFactory.getILoggerFactory(),
                settings.format(Boolean.getBoolean(TERMINAL)),
                Level.valueOf(settings.level().name()));
    }

    private static void set(LoggerContext context, LogSettings.Format format, Level level) {
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder(context, format));
        console.start();
        root.addAppender(console);
        // What was asked for, of routes too; of the libraries only what an operator can act on.
        root.setLevel(level);
        Level ofLibraries = level.isGreaterOrEqual(Level.INFO) ? higher(level, Level.WARN) : Level.INFO;
        LIBRARIES.forEach(name -> context.getLogger(name).setLevel(ofLibraries));
        // What is wrong with a schema is said where it is refused.
        context.getLogger("com.networknt").setLevel(Level.OFF);
        // They log what is asked and answered; what an operator has to know of MCP servers is said by us.
        context.getLogger("io.modelcontextprotocol").setLevel(Level.OFF);
        context.getLogger("reactor").setLevel(Level.OFF);
        // It tells of each file that stays where it is; why it does is said by us.
        context.getLogger("org.apache.camel.component.file.GenericFileOnCompletion")
                .setLevel(Level.ERROR);
        // Their warnings quote messages; what an operator has to know of the broker is said by us.
        context.getLogger("org.apache.activemq").setLevel(Level.ERROR);
        // They tell of each attempt in vain; that Kafka is away, or a prompt taken again, is said by us.
        context.getLogger("org.apache.kafka").setLevel(Level.OFF);
        context.getLogger("org.apache.camel.component.kafka").setLevel(Level.ERROR);
        context.getLogger("org.springframework.jms").setLevel(Level.ERROR);
    }

    private static Level higher(Level one, Level other) {
        return one.isGreaterOrEqual(other) ? one : other;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogSettings.Format format) {
        if (format == LogSettings.Format.JSON) {
            JsonLines lines = new JsonLines();
            lines.setContext(context);
            lines.start();
            return lines;
        }
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setContext(context);
        lines.setPattern(PLAIN);
        lines.start();
        return lines;
    }
}
