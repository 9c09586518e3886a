package io.caravan.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.CaravanException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * The way of a prompt file through the work dir: its answer grows in {@code outbox/NAME.md.partial} and becomes {@code
 * NAME.md} when it is whole, and only then the prompt leaves the inbox for {@code done}, or for {@code failed} with its
 * cause beside it. So a crash at any moment leaves the prompt in the inbox, where it is found again. Thread-safe.
 */
public final class AnswerFiles {

    private static final JsonMapper JSON = new JsonMapper();

    private final Folder outbox;
    private final Folder done;
    private final Folder failed;

    public AnswerFiles(Path workDir) {
        outbox = new Folder(workDir.resolve("outbox"));
        done = new Folder(workDir.resolve("done"));
        failed = new Folder(workDir.resolve("failed"));
    }

    /** Begins the answer to a prompt file, empty, whatever a crash has left behind; returns the answer's final name. */
    public String begin(String prompt) {
        String answer = outbox.promise(base(prompt), ".md");
        try {
            Files.write(partial(answer), new byte[0]);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + partial(answer), e);
        }
    }

    /** Writes on at the end of a growing answer. */
    public void append(String answer, String text) {
        try {
            Files.write(partial(answer), text.getBytes(UTF_8), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + partial(answer), e);
        }
    }

    /** The answer is whole and gets its name; returns where the prompt is to go. */
    public Path publish(String answer, String prompt) {
        try {
            Durable.rename(partial(answer), outbox.resolve(answer));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + outbox.resolve(answer), e);
        }
        outbox.release(answer);
        return place(done, prompt);
    }

    /**
     * There will be no whole answer: the cause, and what there is of an answer, is kept where the prompt is to go, which
     * is returned.
     */
    public Path fail(String answer, String prompt, CaravanException why) {
        Path place = place(failed, prompt);
        ObjectNode report = report(place.getFileName().toString(), why);
        try {
            if (Files.exists(partial(answer)) && Files.size(partial(answer)) > 0) {
                Path kept = place.resolveSibling(place.getFileName() + ".partial.md");
                Files.move(partial(answer), kept, StandardCopyOption.REPLACE_EXISTING);
                report.put("partial_answer", kept.getFileName().toString());
            } else {
                Files.deleteIfExists(partial(answer));
            }
            Durable.write(
                    place.resolveSibling(place.getFileName() + ".error.json"),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the cause of the failure beside " + place, e);
        } finally {
            outbox.release(answer);
        }
        return place;
    }

    /** Keeps a message that a flow failed on, with its cause, in {@code failed/FLOW}. */
    public void setAside(String flow, String name, byte[] message, CaravanException why) {
        Folder folder = new Folder(failed.resolve(flow));
        String kept = folder.promise(base(name), extension(name));
        try {
            Durable.write(folder.resolve(kept), message);
            Durable.write(
                    folder.resolve(kept + ".error.json"),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report(kept, why)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot set a failed message aside in " + folder.path(), e);
        }
    }

    private static ObjectNode report(String source, CaravanException why) {
        ObjectNode report = JSON.createObjectNode();
        report.put("source", source);
        report.put("failed_at", Instant.now().toString());
        report.putObject("error")
                .put("code", why.code().wireName())
                .put("message", why.getMessage())
                .put("retryable", why.retryable())
                .put("partial", why.partial());
        return report;
    }

    private static Path place(Folder folder, String prompt) {
        String name = folder.promise(base(prompt), extension(prompt));
        folder.release(name);
        return folder.resolve(name).toAbsolutePath();
    }

    private Path partial(String answer) {
        return outbox.resolve(answer + ".partial");
    }

    private static String base(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot);
    }
}
