package io.caravan.camel.reload;

/**
 * The ids under which Camel runs a route. Each version of a route runs under an id of its own ({@code chat},
 * {@code chat~2}), because Camel stops a route before it starts another of the same id; people see {@code chat}.
 */
public final class RouteIds {

    private static final char VERSION = '~';

    private RouteIds() {}

    /** The id as it stands in the route file: {@code chat} for {@code chat~2}. For logs, metrics and answers. */
    public static String shown(String routeId) {
        int end = routeId.indexOf(VERSION);
        return end <= 0 ? routeId : routeId.substring(0, end);
    }

    static String version(String routeId, long version) {
        return routeId + VERSION + version;
    }

    /** The endpoint between the two halves of a door route. */
    static String bodyEndpoint(String routeId) {
        return "direct:" + VERSION + routeId;
    }

    static boolean reserved(String routeId) {
        return routeId.indexOf(VERSION) >= 0;
    }
}
