package io.caravan.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One MCP server.
 *
 * @param tools the names, or patterns of names, of those of its tools that are used
 * @param timeout for each request to it
 * @param refresh how often it is asked which tools it has
 * @param maxResult bytes of a result that reach the model
 */
public record McpSettings(
        String name, Place place, List<String> tools, Duration timeout, Duration refresh, int maxResult) {

    /** A program may be fetched first; silence for so long means that the server does not know what it was asked. */
    private static final Duration LONGEST_PROBE = Duration.ofSeconds(10);

    public McpSettings {
        tools = List.copyOf(tools);
    }

    /** For one step of finding out what it speaks. */
    public Duration probe() {
        return timeout.compareTo(LONGEST_PROBE) < 0 ? timeout : LONGEST_PROBE;
    }

    /** Where it is. */
    public sealed interface Place {}

    /**
     * It is reached over HTTP.
     *
     * @param headers of each request
     */
    public record Remote(URI url, Map<String, Secret> headers) implements Place {

        public Remote {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }

        /** The URL up to its path, which is all of it that is told. */
        public String origin() {
            return url.getScheme() + "://" + url.getRawAuthority();
        }

        /** The path and the query, as a request names them. */
        public String target() {
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        }
    }

    /**
     * It is a program that is started here and spoken to over its standard input and output.
     *
     * @param command the program and its arguments
     * @param environment variables it gets beside the usual ones
     */
    public record Program(List<String> command, Map<String, Secret> environment) implements Place {

        public Program {
            command = List.copyOf(command);
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        }
    }
}
