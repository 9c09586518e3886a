package io.caravan.cli;

import io.caravan.batch.Batch;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a batch is: a bar on a terminal, else a line every few seconds. Not thread-safe. */
final class BatchProgress implements AutoCloseable {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
    private static final int BAR_MILLIS = 200;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS = 20;

    private record Look(long at, int finished) {}

    private final PrintStream out = System.err;
    private final boolean terminal = Boolean.getBoolean("caravan.terminal");
    private final String name;
    private final long begun = System.nanoTime();
    private final Deque<Look> looks = new ArrayDeque<>();
    private int before = -1;
    private long lastLine = begun;
    private @Nullable ProgressBar bar;
    private boolean closed;

    BatchProgress(String name) {
        this.name = name;
    }

    /** The batch is this far now. */
    synchronized void show(Batch batch) {
        if (closed) {
            return;
        }
        int finished = batch.done() + batch.failed();
        if (before < 0) {
            before = finished;
        }
        if (terminal) {
            bar(batch).stepTo(finished).setExtraMessage(" " + words(batch));
        } else if (System.nanoTime() - lastLine >= BETWEEN_LINES.toNanos()) {
            lastLine = System.nanoTime();
            out.println(name + ": " + finished + " of " + batch.lines() + ", " + words(batch));
        }
    }

    private ProgressBar bar(Batch batch) {
        ProgressBar shown = bar;
        if (shown == null) {
            shown = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(batch.lines())
                    .startsFrom(before, Duration.ZERO)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(BAR_MILLIS)
                    .hideEta()
                    .build();
            bar = shown;
        }
        return shown;
    }

    private String words(Batch batch) {
        double rate = rate(batch.done() + batch.failed());
        String left = rate > 0 ? ", " + span(Duration.ofSeconds((long) Math.ceil(batch.left() / rate))) + " left" : "";
        return String.format(
                Locale.ROOT,
                "%d failed, %.1f/s, %,d tokens%s",
                batch.failed(),
                rate,
                batch.promptTokens() + batch.completionTokens(),
                left);
    }

    /** Lines in a second, of late. */
    private double rate(int finished) {
        long now = System.nanoTime();
        if (looks.isEmpty() || now - looks.getLast().at() >= BETWEEN_LOOKS.toNanos()) {
            looks.addLast(new Look(now, finished));
        }
        while (looks.size() > LOOKS) {
            looks.removeFirst();
        }
        Look first = looks.getFirst();
        double seconds = (now - first.at()) / 1e9;
        return seconds < 0.1 ? 0 : (finished - first.finished()) / seconds;
    }

    /** How long the command has taken so far. */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** A time for people: {@code 1h02m}, {@code 3m20s}, {@code 12s}. */
    static String span(Duration time) {
        long seconds = time.toSeconds();
        if (seconds >= 3600) {
            return String.format(Locale.ROOT, "%dh%02dm", seconds / 3600, seconds / 60 % 60);
        }
        return seconds >= 60 ? String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60) : seconds + "s";
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
