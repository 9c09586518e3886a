package io.caravan.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which setting a {@code CARAVAN_*} variable means. Dots and dashes are both underscores there, so that names can only be
 * told apart by what is known: the settings there are, the providers, and the keys that were already set.
 */
final class EnvironmentVariables {

    /** The launcher's own, and where an installation says it lies. */
    private static final Set<String> RESERVED = Set.of("CARAVAN_JAVA", "CARAVAN_HOME", "CARAVAN_JAVA_OPTS");

    private final Map<String, Set<String>> known = new TreeMap<>();
    private final Collection<String> providers;

    EnvironmentVariables(Collection<String> providers, Collection<String> keysInUse) {
        this.providers = providers;
        Catalogue.ALL.stream().filter(setting -> !setting.open()).forEach(setting -> {
            if (!setting.named()) {
                learn(setting.pattern());
            } else if (setting.ofMcp()) {
                keysInUse.stream()
                        .flatMap(key -> Sources.mcpServer(key).stream())
                        .distinct()
                        .forEach(name -> learn(setting.key(name)));
            } else if (!setting.equals(Catalogue.TOKEN)) {
                providers.forEach(name -> learn(setting.key(name)));
            }
        });
        keysInUse.stream().filter(key -> key.startsWith("caravan.")).forEach(this::learn);
    }

    private void learn(String key) {
        known.computeIfAbsent(Setting.variable(key), variable -> new TreeSet<>())
                .add(key);
    }

    /** What the environment sets; a variable that means nothing becomes a warning, one that means two things is refused. */
    List<Assignment> read(Map<String, String> environment, List<String> warnings) {
        List<Assignment> assignments = new ArrayList<>();
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith("CARAVAN_") || RESERVED.contains(variable)) {
                return;
            }
            Set<String> keys = keys(variable);
            if (keys.isEmpty()) {
                warnings.add(variable + " in the environment is not a setting and is ignored (nearest: "
                        + nearest(variable) + ")");
            } else if (keys.size() > 1) {
                throw new SettingsException("environment variable " + variable + " can mean "
                        + String.join(" or ", keys) + ": set it in a file instead");
            } else {
                assignments.add(
                        new Assignment(keys.iterator().next(), text.strip(), "environment variable " + variable));
            }
        });
        return assignments;
    }

    private Set<String> keys(String variable) {
        Map<Setting<?>, Set<String>> bySetting = new LinkedHashMap<>();
        known.getOrDefault(variable, Set.of())
                .forEach(key -> Catalogue.find(key)
                        .ifPresent(setting -> bySetting
                                .computeIfAbsent(setting, s -> new TreeSet<>())
                                .add(key)));
        // A name nobody has written yet is taken in small letters with dashes.
        written(variable, "CARAVAN_AUTH_TOKEN_", "caravan.auth.token.", Catalogue.TOKEN, bySetting);
        if (bySetting.isEmpty()) {
            mcpServer(variable, bySetting);
        }
        for (String provider : providers) {
            String prefix = "caravan.provider." + provider + ".headers.";
            written(variable, Setting.variable(prefix), prefix, Catalogue.HEADERS, bySetting);
        }
        Set<String> keys = new TreeSet<>();
        bySetting.values().forEach(keys::addAll);
        return keys;
    }

    /** A server that only the environment knows: the name is what stands before the setting's own. */
    private static void mcpServer(String variable, Map<Setting<?>, Set<String>> bySetting) {
        for (Setting<?> setting : Catalogue.ALL) {
            if (!setting.ofMcp()) {
                continue;
            }
            String own =
                    setting.pattern().substring("caravan.mcp.NAME".length()).replace("*", "");
            String middle = setting.open() ? Setting.variable(own) + "(.+)" : Setting.variable(own);
            Matcher matcher = Pattern.compile("CARAVAN_MCP_(.+?)" + middle).matcher(variable);
            if (matcher.matches()) {
                String rest = setting.open() ? nameOf(setting, matcher.group(2)) : "";
                bySetting.put(setting, new TreeSet<>(Set.of("caravan.mcp." + dashed(matcher.group(1)) + own + rest)));
            }
        }
    }

    private static String nameOf(Setting<?> setting, String variable) {
        return setting.equals(Catalogue.MCP_ENVIRONMENT) ? variable : dashed(variable);
    }

    private static String dashed(String variable) {
        return variable.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void written(
            String variable, String start, String prefix, Setting<?> setting, Map<Setting<?>, Set<String>> bySetting) {
        if (variable.startsWith(start) && variable.length() > start.length()) {
            bySetting.computeIfAbsent(
                    setting, s -> new TreeSet<>(Set.of(prefix + dashed(variable.substring(start.length())))));
        }
    }

    private String nearest(String variable) {
        return known.keySet().stream()
                .min(Comparator.comparingInt(name -> EditDistance.between(variable, name)))
                .orElseThrow();
    }
}
