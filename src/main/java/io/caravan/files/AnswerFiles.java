package io.caravan.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.CaravanException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way of a prompt file through the work dir: its answer grows in {@code outbox/NAME.md.partial} and becomes {@code
 * NAME.md} when it is whole, and only then the prompt leaves the inbox for {@code done}, or for {@code failed} with its
 * cause beside it. So a crash at any moment leaves the prompt in the inbox, where it is found again. Thread-safe.
 */
public final class AnswerFiles {

    private static final JsonMapper JSON = new JsonMapper();

    private final Folder inbox;
    private final Folder outbox;
    private final Folder done;
    private final Folder failed;
    private final Map<String, Folder> failedFlows = new ConcurrentHashMap<>();

    public AnswerFiles(Path workDir) {
        inbox = new Folder(workDir.resolve("inbox"));
        outbox = new Folder(workDir.resolve("outbox"));
        done = new Folder(workDir.resolve("done"));
        failed = new Folder(workDir.resolve("failed"));
    }

    /**
     * Begins the answer to a prompt file, empty, whatever a crash has left behind; returns the answer's final name.
     *
     * @throws StorageException if one of the folders that it will need cannot be written
     */
    public String begin(String prompt) {
        done.make();
        failed.make();
        String answer = outbox.promise(base(prompt), ".md");
        try {
            Files.write(partial(answer), new byte[0]);
            return answer;
        } catch (IOException e) {
            outbox.release(answer);
            throw new StorageException("cannot write " + partial(answer), e);
        }
    }

    /** Writes on at the end of a growing answer. */
    public void append(String answer, String text) {
        try {
            Files.write(partial(answer), text.getBytes(UTF_8), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new StorageException("cannot write " + partial(answer), e);
        }
    }

    /**
     * The answer is whole and gets its name; returns where the prompt is to go.
     *
     * @param changed whether the prompt file holds another prompt by now: it goes back to the inbox, under a new name
     */
    public Path publish(String answer, String prompt, boolean changed) {
        try {
            Durable.rename(partial(answer), outbox.resolve(answer));
        } catch (IOException e) {
            throw new StorageException("cannot write " + outbox.resolve(answer), e);
        }
        outbox.release(answer);
        return place(changed ? inbox : done, prompt);
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
            write(place, report);
        } catch (IOException e) {
            throw new StorageException("cannot write the cause of the failure beside " + place, e);
        } finally {
            outbox.release(answer);
        }
        return place;
    }

    /**
     * Where a file goes that is done with.
     *
     * @param changed whether it holds something else by now: it goes back to the inbox, under a new name
     */
    public Path rest(String source, boolean changed) {
        done.make();
        return place(changed ? inbox : done, source);
    }

    /** Nobody will be asked what is in this file: the cause is kept where the file is to go, which is returned. */
    public Path refuse(String source, CaravanException why) {
        failed.make();
        Path place = place(failed, source);
        try {
            write(place, report(place.getFileName().toString(), why));
        } catch (IOException e) {
            throw new StorageException("cannot write the cause of the failure beside " + place, e);
        }
        return place;
    }

    private static void write(Path place, ObjectNode report) throws IOException {
        Durable.write(
                place.resolveSibling(place.getFileName() + ".error.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
    }

    /** There will be no answer for now: nothing of it is kept, and the prompt stays where it is. */
    public void discard(String answer) {
        try {
            Files.deleteIfExists(partial(answer));
        } catch (IOException e) {
            throw new StorageException("cannot delete " + partial(answer), e);
        } finally {
            outbox.release(answer);
        }
    }

    /** Keeps a message that a flow failed on, with its cause, in {@code failed/FLOW}. */
    public void setAside(String flow, String name, byte[] message, CaravanException why) {
        Folder folder = failedFlows.computeIfAbsent(flow, id -> new Folder(failed.resolve(id)));
        String kept = folder.promise(base(name), extension(name));
        try {
            Durable.write(folder.resolve(kept), message);
            Durable.write(
                    folder.resolve(kept + ".error.json"),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report(kept, why)));
        } catch (IOException e) {
            throw new StorageException("cannot set a failed message aside in " + folder.path(), e);
        } finally {
            folder.release(kept);
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
