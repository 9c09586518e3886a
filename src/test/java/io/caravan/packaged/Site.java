package io.caravan.packaged;

import io.caravan.broker.Broker;
import io.caravan.demo.ScriptedModel;
import io.caravan.settings.BrokerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A folder for one test, or for all of a class, with the programs that were started in it. All of them are ended and the
 * folder is removed at the end; what they printed goes with the failure of a test.
 */
final class Site implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private final boolean shared;
    private final List<Packaged> programs = new ArrayList<>();
    private Path folder = Path.of("");

    private Site(boolean shared) {
        this.shared = shared;
    }

    /** For a field of each test. */
    static Site forEachTest() {
        return new Site(false);
    }

    /** For a static field. */
    static Site forAllTests() {
        return new Site(true);
    }

    Path folder() {
        return folder;
    }

    Path work() {
        return folder.resolve("work");
    }

    /** The launcher with these arguments, in this folder; it may end at once. */
    Packaged caravan(String... arguments) {
        return start(Distribution.process(Distribution.launcher(), arguments));
    }

    /** The same in an environment that is changed first. */
    Packaged start(ProcessBuilder process) {
        Packaged program = Packaged.start(process, folder, "program-" + programs.size());
        programs.add(program);
        return program;
    }

    /** {@code caravan run} on free ports with one model to ask; ready when this returns. */
    Packaged run(ScriptedModel model, String... arguments) {
        return run(model, process -> {}, arguments);
    }

    Packaged run(ScriptedModel model, Consumer<ProcessBuilder> change, String... arguments) {
        ProcessBuilder process = Distribution.process(Distribution.launcher(), runArguments(model, arguments));
        change.accept(process);
        return start(process).ready();
    }

    /** The broker of the programs in this folder, while none of them runs. */
    Broker broker() {
        Broker broker = Broker.of(
                new BrokerSettings(Optional.empty(), Optional.empty(), Optional.empty(), 0),
                work().resolve("broker"),
                secret -> secret);
        broker.start();
        return broker;
    }

    static String[] runArguments(ScriptedModel model, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "run",
                "--set",
                "caravan.port=0",
                "--set",
                "caravan.management.port=0",
                "--set",
                "caravan.provider.ollama.url=" + model.url(),
                "--set",
                "caravan.provider.ollama.model=scripted"));
        all.addAll(Arrays.asList(arguments));
        return all.toArray(String[]::new);
    }

    /** Puts a file into a folder in one step, as a user's editor or another program does. */
    static Path put(Path target, String text) {
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            Path unfinished = target.resolveSibling("." + target.getFileName() + ".new");
            Files.writeString(unfinished, text);
            return Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        open();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        if (!shared) {
            open();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        context.getExecutionException()
                .ifPresent(failure -> programs.forEach(program -> failure.addSuppressed(program.account())));
        if (!shared) {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    private void open() throws Exception {
        Distribution.prepare();
        folder = Files.createTempDirectory("caravan-it");
    }

    /** Ends all programs that still run. */
    void endAll() {
        programs.forEach(Packaged::close);
    }

    private void close() throws IOException {
        endAll();
        programs.clear();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
