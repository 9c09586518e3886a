package io.caravan.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A model the server offers, by the name it is listed under, such as {@code scripted:latest}. */
public record Model(String name, boolean callsTools, boolean thinks) {

    private static final String DEFAULT_PLACE = "registry.ollama.ai/library/";

    public Model {
        name = tagged(name);
    }

    /** A model that calls tools and does not think. */
    public static Model named(String name) {
        return new Model(name, true, false);
    }

    /** What it can do, in Ollama's words. */
    public List<String> capabilities() {
        List<String> capabilities = new ArrayList<>(List.of("completion"));
        if (callsTools) {
            capabilities.add("tools");
        }
        if (thinks) {
            capabilities.add("thinking");
        }
        return capabilities;
    }

    /** Whether a request that names {@code other} means this model: case, default place and default tag do not matter. */
    boolean isCalled(String other) {
        return key(name).equals(key(other));
    }

    /** The name in full, as Ollama's messages give it. */
    String fullName() {
        return name.contains("/") ? name : DEFAULT_PLACE + name;
    }

    private static String key(String name) {
        String key = tagged(name).toLowerCase(Locale.ROOT);
        return key.startsWith(DEFAULT_PLACE) ? key.substring(DEFAULT_PLACE.length()) : key;
    }

    private static String tagged(String name) {
        return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
    }
}
