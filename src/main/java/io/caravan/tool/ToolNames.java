package io.caravan.tool;

import io.caravan.chat.Sha256;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What models call tools: {@code server__tool}, or just {@code tool} for a source without a prefix, in letters that every wire
 * format takes. A name that is too long, or that two tools would share, ends in a hash of what it stands for; so it is the same
 * at each start and on each machine.
 */
final class ToolNames {

    /** What stands between the prefix of a source and the name that the source uses. */
    static final String BETWEEN = "__";

    private static final int LONGEST = 64;
    private static final int HASH = 8;

    private ToolNames() {}

    /** The names of tools, in the same order; each stands for a source and the name that its source uses. */
    static List<String> of(List<Origin> origins) {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        origins.forEach(origin -> wanted.merge(origin.plain(), 1, Integer::sum));
        return origins.stream()
                .map(origin -> {
                    String plain = origin.plain();
                    boolean alone = wanted.getOrDefault(plain, 0) == 1;
                    return alone && plain.length() <= LONGEST ? plain : origin.hashed(plain);
                })
                .toList();
    }

    /** Where a tool comes from (the source's prefix), and what it is called there. */
    record Origin(String source, String name) {

        /** In the letters allowed, however long. */
        private String plain() {
            String plain = (source.isEmpty() ? name : source + BETWEEN + name).replaceAll("[^A-Za-z0-9_-]", "_");
            return Character.isDigit(plain.charAt(0)) || plain.charAt(0) == '-' ? "_" + plain : plain;
        }

        private String hashed(String plain) {
            String hash = "_" + Sha256.hex(source + "\n" + name).substring(0, HASH);
            return plain.substring(0, Math.min(plain.length(), LONGEST - hash.length())) + hash;
        }
    }
}
