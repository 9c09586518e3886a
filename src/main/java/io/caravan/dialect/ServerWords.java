package io.caravan.dialect;

import java.util.regex.Pattern;

/** Words of a server, fit for a log and a caller: one line, shortened, without what looks like a key. */
public final class ServerWords {

    private static final int LONGEST = 500;
    private static final int READ_AT_MOST = 8 * LONGEST;

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s+[^\\s\"',;]{6,}");
    private static final Pattern NAMED =
            Pattern.compile("(?i)\\b(api[-_ ]?key|token|secret|password)(\"?\\s*[:=]\\s*\"?)[^\\s\"',;}]{8,}");
    private static final Pattern PREFIXED =
            Pattern.compile("\\b(?:(?:sk|pk|rk|gsk|hf|xai|ghp|pplx|nvapi)[-_]|AIza)[A-Za-z0-9*._-]{6,}");
    private static final Pattern LONG = Pattern.compile("(?=[A-Za-z_-]*[0-9])(?=[0-9_-]*[A-Za-z])[A-Za-z0-9_-]{32,}");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}]+");

    private ServerWords() {}

    /** What is left of the words. */
    public static String of(String words) {
        String some = words.length() > READ_AT_MOST ? words.substring(0, READ_AT_MOST) : words;
        String line = BLANKS.matcher(some).replaceAll(" ").strip();
        return shortened(withoutSecrets(line));
    }

    private static String withoutSecrets(String line) {
        String text = BEARER.matcher(line).replaceAll("$1 ***");
        text = NAMED.matcher(text).replaceAll("$1$2***");
        text = PREFIXED.matcher(text).replaceAll("***");
        return LONG.matcher(text).replaceAll("***");
    }

    private static String shortened(String line) {
        if (line.length() <= LONGEST) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return line.substring(0, end) + "...";
    }
}
