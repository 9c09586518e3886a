package io.caravan.settings;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Fills in <code>{{env:NAME}}</code>, <code>{{env:NAME:default}}</code>, <code>{{other.key}}</code> and
 * <code>{{other.key:default}}</code>. What else has a colon, such as <code>{{aws:key}}</code>, is a function of Camel's
 * and stays as it is.
 */
final class Placeholders {

    private final Map<String, String> environment;
    private final Function<String, Optional<String>> settings;

    /** @param settings the text of a key, before its own placeholders; empty where it is not set */
    Placeholders(Map<String, String> environment, Function<String, Optional<String>> settings) {
        this.environment = environment;
        this.settings = settings;
    }

    /** Throws a {@link Refusal} that names what is missing. */
    String fill(String text) {
        return fill(text, Set.of());
    }

    private String fill(String text, Set<String> within) {
        int start = text.indexOf("{{");
        if (start < 0) {
            return text;
        }
        int end = end(text, start);
        String filled = evaluate(text.substring(start + 2, end - 2), within);
        return text.substring(0, start) + filled + fill(text.substring(end), within);
    }

    private static int end(String text, int start) {
        int depth = 0;
        for (int i = start; i < text.length() - 1; i++) {
            if (text.startsWith("{{", i)) {
                depth++;
                i++;
            } else if (text.startsWith("}}", i)) {
                depth--;
                i++;
                if (depth == 0) {
                    return i + 1;
                }
            }
        }
        throw new Refusal("has a {{ without its }}");
    }

    private String evaluate(String expression, Set<String> within) {
        boolean variable = expression.startsWith("env:");
        String reference = variable ? expression.substring(4) : expression;
        int colon = reference.indexOf(':');
        String name = (colon < 0 ? reference : reference.substring(0, colon)).strip();
        Optional<String> value = variable ? Optional.ofNullable(environment.get(name)) : setting(name, within);
        if (value.isPresent()) {
            return value.get();
        }
        if (colon < 0) {
            throw new Refusal(
                    variable
                            ? "needs the environment variable " + name + ", which is not set"
                            : "needs the setting " + name + ", which is not set");
        }
        return variable || name.startsWith("caravan.")
                ? fill(reference.substring(colon + 1), within)
                : "{{" + expression + "}}";
    }

    private Optional<String> setting(String name, Set<String> within) {
        if (within.contains(name)) {
            throw new Refusal("refers to itself, through " + name);
        }
        Set<String> inner = new LinkedHashSet<>(within);
        inner.add(name);
        return settings.apply(name).map(text -> fill(text, inner));
    }
}
