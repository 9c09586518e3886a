package io.caravan.camel.header;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which headers steer Camel or Caravan, however they are spelt: only routes may set them, so no door lets them in. */
public final class Steering {

    private static final List<String> OF_CAMEL = List.of("camel", "org.apache.camel", "kafka.");
    private static final String OF_CARAVAN = "caravan";
    private static final Pattern OF_HTTP = Pattern.compile("camel(?:rest)?http.*", Pattern.CASE_INSENSITIVE);

    private Steering() {}

    /** Whether a header of this name tells Camel or Caravan what to do. */
    public static boolean steers(String name) {
        return steersCamel(name) || lowerCase(name).startsWith(OF_CARAVAN);
    }

    /** Whether it is one of Camel's, and none of ours. */
    public static boolean steersCamel(String name) {
        String meant = lowerCase(name);
        return OF_CAMEL.stream().anyMatch(meant::startsWith);
    }

    /** Whether it is one of those by which Camel's doors say how they were asked, and which tell an HTTP call where to go. */
    public static boolean steersHttp(String name) {
        return OF_HTTP.matcher(name).matches();
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
