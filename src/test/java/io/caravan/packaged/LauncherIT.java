package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Pace;
import io.caravan.demo.ScriptedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The shell script that starts the program. */
final class LauncherIT {

    /** What the script may call besides Java and Maven. */
    private static final List<String> TOOLS = List.of(
            "bash",
            "env",
            "dirname",
            "readlink",
            "sed",
            "find",
            "mkdir",
            "touch",
            "ls",
            "cksum",
            "tr",
            "head",
            "rm",
            "mv",
            "sleep");

    @RegisterExtension
    final Site site = Site.forEachTest();

    @Test
    void isFoundThroughLinksFromAnyFolder() throws IOException {
        Path first = Files.createSymbolicLink(site.folder().resolve("first"), Distribution.launcher());
        Path second = Files.createSymbolicLink(
                site.folder().resolve("second"), Path.of(first.getFileName().toString()));

        Packaged program = site.start(Distribution.process(second, "--version"));

        assertThat(program.exitCode()).isZero();
        assertThat(program.output()).startsWith("caravan ");
    }

    @Test
    void becomesTheProgramSoThatSignalsReachIt() {
        try (ScriptedModel model = ScriptedModel.start()) {
            Packaged program = site.run(model);

            assertThat(program.handle().info().command()).get().asString().endsWith("/bin/java");
            assertThat(program.handle().children()).isEmpty();
        }
    }

    @Test
    void startsInAFolderWithSpacesWhereNothingCanBeKept() throws IOException {
        Path home = Files.createDirectories(site.folder().resolve("a folder with spaces"));
        Path launcher = Files.copy(Distribution.launcher(), home.resolve("caravan"));
        for (String part : List.of("lib", "routes", "application.properties")) {
            Files.createSymbolicLink(home.resolve(part), Distribution.folder().resolve(part));
        }
        Path noFolder = Files.createFile(site.folder().resolve("file"));
        try (ScriptedModel model = ScriptedModel.builder().pace(Pace.AT_ONCE).start()) {
            ProcessBuilder process = Distribution.process(launcher, Site.runArguments(model));
            process.environment().put("XDG_CACHE_HOME", noFolder.toString());

            Packaged program = site.start(process).ready();

            assertThat(program.errors()).allMatch(line -> line.contains("\"INFO\""));
            program.signal("TERM");
            assertThat(program.exitCode()).isZero();
        }
    }

    @Test
    void startsWithoutAHomeFolder() {
        ProcessBuilder process = Distribution.process(Distribution.launcher(), "run", "--set", "caravan.port=none");
        process.environment().remove("HOME");
        process.environment().remove("XDG_CACHE_HOME");

        Packaged program = site.start(process);

        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.errors()).singleElement().asString().contains("caravan.port");
    }

    @Test
    void preparesItselfOnceBesideItsFirstStartWhateverTheSettingsAre() throws IOException {
        Path kept = site.folder().resolve("cache/caravan");
        try (ScriptedModel model = ScriptedModel.builder().pace(Pace.AT_ONCE).start()) {
            Packaged first = site.start(firstStart(model, "one")).ready();

            assertThat(first.errors().get(0)).startsWith("Preparing Caravan for Java");
            assertThat(first.handle().children()).isEmpty();
            assertThat(kept).isNotEmptyDirectory();

            Packaged second = site.start(firstStart(model, "two")).ready();
            assertThat(second.errors()).noneMatch(line -> line.startsWith("Preparing"));

            first.signal("TERM");
            assertThat(first.exitCode()).isZero();
            Distribution.awaitPreparation(kept);
            Path memory = onlyFileIn(kept);
            assertThat(memory).isNotEmptyFile().hasExtension("jsa");

            Packaged third = site.start(firstStart(model, "three")).ready();
            assertThat(third.errors()).noneMatch(line -> line.startsWith("Preparing"));
            assertThat(onlyFileIn(kept)).isEqualTo(memory);
        }
    }

    @Test
    void preparesItselfAnewAfterAStartThatWasKilledMeanwhile() throws Exception {
        Path kept = Files.createDirectories(site.folder().resolve("cache/caravan"));
        try (ScriptedModel model = ScriptedModel.builder().pace(Pace.AT_ONCE).start()) {
            Packaged first = site.start(firstStart(model, "one"));
            Path begun = await().until(() -> learningIn(kept, first), Optional::isPresent)
                    .orElseThrow();
            ProcessHandle learner =
                    ProcessHandle.of(Long.parseLong(textOf(begun))).orElseThrow();
            learner.destroyForcibly();
            await().untilAsserted(() -> assertThat(kept)
                    .isEmptyDirectory()); // a killed learner is cleared away; what a whole machine leaves is not
            Path unfinished = Site.put(begun.resolveSibling(withoutEnd(begun)), "half");
            Site.put(begun, learner.pid() + "\n");

            Packaged next = site.start(firstStart(model, "two")).ready();

            assertThat(next.errors().get(0)).startsWith("Preparing Caravan for Java");
            assertThat(unfinished).doesNotExist();
            Distribution.awaitPreparation(kept);
            assertThat(unfinished).asString().startsWith(onlyFileIn(kept) + ".");
        }
    }

    /** The file that bears the number of the process that learns, once it is no longer that of the start beside it. */
    private static Optional<Path> learningIn(Path kept, Packaged start) throws IOException {
        try (Stream<Path> files = Files.list(kept)) {
            return files.filter(file -> file.toString().endsWith(".pid"))
                    .filter(file -> !List.of("", start.handle().pid() + "").contains(textOf(file)))
                    .findAny();
        }
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutEnd(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static Path onlyFileIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    private ProcessBuilder firstStart(ScriptedModel model, String work) {
        ProcessBuilder process = Distribution.process(
                Distribution.launcher(), Site.runArguments(model, "--set", "caravan.work-dir=" + work));
        process.environment()
                .put("XDG_CACHE_HOME", site.folder().resolve("cache").toString());
        process.environment().put("CARAVAN_AUTH_TOKEN_SOMEONE", "a-token-of-some-length");
        return process;
    }

    @Test
    void namesTheSettingWhereThereIsNoJava() {
        assertThatIsRefused(withJava(site.folder()))
                .contains("CARAVAN_JAVA", site.folder().toString());
    }

    @Test
    void namesTheJavaThatIsTooOld() throws IOException {
        Path old = site.folder().resolve("jdk-11");
        executable(old.resolve("bin/java"), "#!/bin/sh\nexit 1\n");
        Site.put(old.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");

        assertThatIsRefused(withJava(old)).contains("CARAVAN_JAVA", "Java 11", "17");
    }

    @Test
    void suitsTheUsualCollectorAndLeavesAnyOtherAlone() throws IOException {
        Path java = site.folder().resolve("jdk-25");
        executable(java.resolve("bin/java"), "#!/bin/sh\necho \"$@\"\n");
        Site.put(java.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");

        assertThat(optionsWith(java, "-Xmx1g")).contains("-XX:GCTimeRatio=").contains("-Xmx1g");
        assertThat(optionsWith(java, "-XX:+UseStringDeduplication -XX:MaxGCPauseMillis=20"))
                .contains("-XX:GCTimeRatio=");
        assertThat(optionsWith(java, "-XX:+UseSerialGC\n-Xmx1g")).doesNotContain("-XX:GCTimeRatio=");
        assertThat(optionsWith(java, "-Xmx1g -XX:+UseSerialGC"))
                .doesNotContain("-XX:GCTimeRatio=")
                .contains("-XX:+UseSerialGC");
    }

    private String optionsWith(Path java, String ofTheUser) {
        ProcessBuilder process = withJava(java);
        process.environment().put("CARAVAN_JAVA_OPTS", ofTheUser);
        Packaged program = site.start(process);
        assertThat(program.exitCode()).isZero();
        return program.output();
    }

    @Test
    void asksForMavenWhereNothingIsBuilt() throws IOException {
        assertThatIsRefused(inSources()).contains("Maven");
    }

    @Test
    void namesTheLogOfABuildThatFails() throws IOException {
        ProcessBuilder process = inSources();
        executable(tools().resolve("mvn"), "#!/bin/sh\necho it does not compile\nexit 1\n");

        Packaged program = site.start(process);

        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.errors()).hasSize(2);
        assertThat(program.errors().get(1)).contains("target/build.log");
        assertThat(site.folder().resolve("sources/target/build.log")).content().contains("it does not compile");
    }

    @Test
    void buildsOnceAndAgainOnlyWhenTheSourcesHaveChanged() throws IOException {
        buildsWhen("true");
        Path builds = site.folder().resolve("sources/builds");

        assertThat(site.start(inSources()).exitCode()).isZero();
        assertThat(site.start(inSources()).exitCode()).isZero();
        assertThat(builds).hasContent("built");

        Path source = site.folder().resolve("sources/src/main/Changed.java");
        Files.writeString(source, "class Changed {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(site.start(inSources()).exitCode()).isZero();
        assertThat(builds).hasContent("built\nbuilt");
    }

    @Test
    void buildsOnceForTwoFirstStartsAtATime() throws IOException {
        Path go = site.folder().resolve("go");
        ProcessBuilder first = inSources();
        ProcessBuilder second = inSources();
        buildsWhen("[ -e '" + go + "' ]");
        Path builds = site.folder().resolve("sources/builds");

        Packaged one = site.start(first);
        await().until(() -> Files.exists(builds));
        Packaged other = site.start(second);
        await().until(() -> other.errors().stream().anyMatch(line -> line.startsWith("Another start")));
        Files.createFile(go);

        assertThat(one.exitCode()).isZero();
        assertThat(other.exitCode()).isZero();
        assertThat(builds).hasContent("built");
        assertThat(site.folder().resolve("sources/target/.building")).doesNotExist();
    }

    @Test
    void takesOverTheBuildOfAStartThatWasKilled() throws IOException, InterruptedException {
        ProcessBuilder process = inSources();
        buildsWhen("true");
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Site.put(site.folder().resolve("sources/target/.building/pid"), gone.pid() + "\n");

        assertThat(site.start(process).exitCode()).isZero();

        assertThat(site.folder().resolve("sources/builds")).hasContent("built");
        assertThat(site.folder().resolve("sources/target/.building")).doesNotExist();
    }

    /** A Maven that notes that it builds, and ends when this holds. */
    private void buildsWhen(String condition) throws IOException {
        executable(
                tools().resolve("mvn"),
                "#!/bin/bash\nset -e\necho built >>builds\nuntil " + condition
                        + "; do sleep 0.1; done\nmkdir -p target/caravan\n" + onThePath("ln") + " -sfn "
                        + Distribution.folder().resolve("lib") + " target/caravan/lib\n");
    }

    /** The launcher in a folder of sources, with nothing on the path but what it needs. */
    private ProcessBuilder inSources() throws IOException {
        Path home = Files.createDirectories(site.folder().resolve("sources"));
        Files.createDirectories(home.resolve("src/main"));
        Path launcher = home.resolve("caravan");
        if (Files.notExists(launcher)) {
            Site.put(home.resolve("pom.xml"), "<project/>");
            Files.copy(Distribution.launcher(), launcher);
        }
        ProcessBuilder process = Distribution.process(launcher, "--version");
        process.environment().put("PATH", tools().toString());
        return process;
    }

    private Path tools() throws IOException {
        Path tools = Files.createDirectories(site.folder().resolve("tools"));
        for (String tool : TOOLS) {
            Path link = tools.resolve(tool);
            if (Files.notExists(link)) {
                Files.createSymbolicLink(link, onThePath(tool));
            }
        }
        return tools;
    }

    private static Path onThePath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(tool + " is not on the path"));
    }

    private static ProcessBuilder withJava(Path folder) {
        ProcessBuilder process = Distribution.process(Distribution.launcher(), "--version");
        process.environment().put("CARAVAN_JAVA", folder.toString());
        return process;
    }

    private AbstractStringAssert<?> assertThatIsRefused(ProcessBuilder process) {
        Packaged program = site.start(process);
        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.output()).isEmpty();
        return assertThat(program.errors()).singleElement().asString();
    }

    private static void executable(Path file, String script) throws IOException {
        Site.put(file, script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
