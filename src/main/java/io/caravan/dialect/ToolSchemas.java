package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.Tool;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas of tools as the servers of one dialect take them. Each is fitted once for as long as its tool is there, and
 * what is lost by it is logged once. Thread-safe.
 */
public final class ToolSchemas {

    private static final Logger LOG = LoggerFactory.getLogger(ToolSchemas.class);
    private static final int TOLD_AT_MOST = 1_000;
    private static final Pattern WORD = Pattern.compile("[$A-Za-z][A-Za-z0-9_-]{0,40}");

    /** Makes of a schema one that the servers take. */
    @FunctionalInterface
    public interface Fit {
        /**
         * The fitted schema; the given one stays as it is.
         *
         * @param dropped takes the keywords that are left out, and with them what they say
         */
        JsonNode of(JsonNode schema, Consumer<String> dropped);
    }

    private final String dialect;
    private final Fit fit;
    private final IdentityCache<Tool, String> fitted = new IdentityCache<>();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param dialect what a provider's type is called */
    public ToolSchemas(String dialect, Fit fit) {
        this.dialect = dialect;
        this.fit = fit;
    }

    /** The schema of a tool's arguments, as JSON. */
    public String of(Tool tool) {
        return fitted.get(tool, this::fit);
    }

    private String fit(Tool tool) {
        Set<String> dropped = new TreeSet<>();
        String schema =
                fit.of(tool.parameters(), keyword -> dropped.add(word(keyword))).toString();
        if (!dropped.isEmpty() && told.size() < TOLD_AT_MOST && told.add(tool.name() + dropped)) {
            LOG.info(
                    "The schema of the tool {} goes to servers of type {} without what {} says there",
                    tool.name(),
                    dialect,
                    String.join(", ", dropped));
        }
        return schema;
    }

    /** A schema comes from elsewhere, and may call a keyword anything. */
    private static String word(String keyword) {
        return WORD.matcher(keyword).matches() ? keyword : "a keyword that is none";
    }
}
