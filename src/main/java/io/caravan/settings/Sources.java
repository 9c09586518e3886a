package io.caravan.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What was set, the later source winning: the shipped file, the user's file, the environment, {@code --set}. Every
 * {@code caravan.*} key in here is known.
 *
 * @param warnings what is odd but stops nothing, one line each
 */
record Sources(Map<String, Assignment> assignments, List<String> warnings) {

    private static final String SHIPPED = "/application.properties";

    static Sources merge(Optional<Path> file, Map<String, String> environment, List<String> sets) {
        List<String> warnings = new ArrayList<>();
        List<Assignment> fromFile = file.map(path -> read(path, warnings)).orElse(List.of());
        List<Assignment> fromSets = sets.stream().map(Sources::parse).toList();
        Map<String, Assignment> merged = new LinkedHashMap<>();
        Stream.of(shipped(), fromFile, environment(fromFile, environment, fromSets, warnings), fromSets)
                .flatMap(List::stream)
                .forEach(assignment -> {
                    check(assignment);
                    likelySlip(assignment).ifPresent(warnings::add);
                    merged.put(assignment.key(), assignment);
                });
        return new Sources(merged, warnings);
    }

    private static List<Assignment> shipped() {
        try (InputStream in = Sources.class.getResourceAsStream(SHIPPED)) {
            return in == null
                    ? List.of()
                    : new PropertiesFile("shipped application.properties").read(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new SettingsException("the shipped application.properties is not readable: " + e.getMessage());
        }
    }

    private static List<Assignment> read(Path path, List<String> warnings) {
        try {
            List<Assignment> assignments = new PropertiesFile(path.toString()).read(Files.readString(path));
            Map<String, Assignment> first = new LinkedHashMap<>();
            for (Assignment assignment : assignments) {
                Assignment before = first.putIfAbsent(assignment.key(), assignment);
                if (before != null) {
                    warnings.add(assignment.key() + " is set twice: " + assignment.origin() + " counts, not "
                            + before.origin());
                }
            }
            return assignments;
        } catch (CharacterCodingException e) {
            throw new SettingsException(path + ": is not UTF-8");
        } catch (IOException e) {
            throw new SettingsException(
                    path + (Files.exists(path) ? ": the settings cannot be read" : ": there is no such settings file"));
        }
    }

    private static Assignment parse(String set) {
        int equals = set.indexOf('=');
        String key = equals < 0 ? "" : set.substring(0, equals).strip();
        if (key.isEmpty()) {
            throw new SettingsException("--set needs KEY=VALUE, such as --set caravan.port=8001");
        }
        return new Assignment(key, set.substring(equals + 1).strip(), "--set");
    }

    /** Provider names give variables their meaning, so they are collected first, from wherever they may stand. */
    private static List<Assignment> environment(
            List<Assignment> fromFile,
            Map<String, String> environment,
            List<Assignment> fromSets,
            List<String> warnings) {
        String providers = Catalogue.PROVIDERS.pattern();
        String variable = Setting.variable(providers);
        Map<String, Assignment> early = new LinkedHashMap<>();
        fromFile.forEach(assignment -> early.put(assignment.key(), assignment));
        Optional.ofNullable(environment.get(variable))
                .map(text -> new Assignment(providers, text.strip(), "environment variable " + variable))
                .ifPresent(assignment -> early.put(providers, assignment));
        fromSets.forEach(assignment -> early.put(assignment.key(), assignment));
        TreeSet<String> names = new TreeSet<>(new Values(early, environment, false).get(Catalogue.PROVIDERS));
        early.keySet().stream()
                .filter(key -> Catalogue.find(key).isPresent())
                .flatMap(key -> provider(key).stream())
                .forEach(names::add);
        return new EnvironmentVariables(names, early.keySet()).read(environment, warnings);
    }

    /** The provider that a key is about. */
    static Optional<String> provider(String key) {
        String[] segments = key.split("\\.", -1);
        return key.startsWith("caravan.provider.") && segments.length > 3 ? Optional.of(segments[2]) : Optional.empty();
    }

    /** The MCP server that a key is about. */
    static Optional<String> mcpServer(String key) {
        String[] segments = key.split("\\.", -1);
        return key.startsWith("caravan.mcp.") && segments.length > 3 ? Optional.of(segments[2]) : Optional.empty();
    }

    private static void check(Assignment assignment) {
        if (!assignment.caravan() || Catalogue.find(assignment.key()).isPresent()) {
            return;
        }
        throw new SettingsException(assignment.key() + " is not a setting; the nearest is "
                + Catalogue.nearest(assignment.key()) + " (" + assignment.origin() + ")");
    }

    /** Keys of others pass; but one that begins nearly like ours was surely meant to be ours. */
    private static Optional<String> likelySlip(Assignment assignment) {
        String start = assignment.key().replaceFirst("\\..*", "");
        return assignment.caravan() || EditDistance.between(start.toLowerCase(Locale.ROOT), "caravan") > 2
                ? Optional.empty()
                : Optional.of(assignment.key() + " is not a setting of Caravan, whose keys begin with caravan. ("
                        + assignment.origin() + ")");
    }
}
