package io.caravan.cli;

import io.caravan.settings.Secret;
import io.caravan.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;

/** What the demo shows: a prompt through each door. It has a thread of its own, so that a signal ends it at any moment. */
final class Show extends Thread {

    private static final String QUESTION = "Why is the sky blue?";
    private static final String QUESTION_FOR_A_TOOL = "Where is order 4711?";

    private final Running running;
    private final Settings settings;
    private final Path workDir;
    private volatile boolean failed;

    Show(Running running, Settings settings, Path workDir) {
        super("caravan-show");
        setDaemon(true);
        this.running = running;
        this.settings = settings;
        this.workDir = workDir;
    }

    /** Whether a door did not answer. */
    boolean failed() {
        return failed;
    }

    @Override
    public void run() {
        try {
            webSocket();
            file();
            queue();
            howToGoOn();
        } catch (FailedCommand e) {
            if (!running.stopping()) {
                Terminal.error(String.valueOf(e.getMessage()));
                failed = true;
                running.stop();
            }
        }
    }

    private void webSocket() throws FailedCommand {
        Terminal.say("");
        Terminal.say("WebSocket  " + running.webSocketUrl());
        if (settings.server().tls().isPresent()) {
            Terminal.say("           (not shown: the demo does not know whom your certificate is from)");
            return;
        }
        Optional<String> token =
                settings.server().tokens().values().stream().map(Secret::value).findFirst();
        ask(token, "demo", QUESTION);
        Terminal.say("");
        Terminal.say("Tool       a route that a model may call: examples/order-status.camel.yaml");
        ask(token, "tool", QUESTION_FOR_A_TOOL);
    }

    private void ask(Optional<String> token, String id, String question) throws FailedCommand {
        String frame =
                "{\"action\":\"chat\",\"request_id\":\"" + id + "\",\"payload\":{\"text\":\"" + question + "\"}}";
        Terminal.say("> " + frame);
        WebSocketShow.ask(running.webSocketUrl(), token, frame);
    }

    private void file() throws FailedCommand {
        Terminal.say("");
        Terminal.say("File       " + workDir.resolve("inbox"));
        FileShow.ask(workDir, "demo.txt", "What is a caravan?");
    }

    private void queue() throws FailedCommand {
        Terminal.say("");
        Terminal.say("Queue      caravan.prompts, of the embedded broker");
        QueueShow.ask(running.queues(), QUESTION);
    }

    private void howToGoOn() {
        Terminal.say("");
        Terminal.say("It stays up until Ctrl-C:");
        Terminal.say("  ask      " + running.webSocketUrl());
        Terminal.say("  drop     a .txt or .md file into " + workDir.resolve("inbox") + ", read "
                + workDir.resolve("outbox"));
        Terminal.say("  watch    " + running.managementUrl() + "/observe/health and /observe/metrics");
        Terminal.say("  edit     a file in routes/ and save it: it is live within a second");
    }
}
