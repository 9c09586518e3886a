package io.caravan.camel.reload;

import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;

/**
 * A route that reads from anything but {@code direct}, cut in two: the door, which stays, and the body behind it, which
 * can be replaced. A failure that the body does not handle fails the door's exchange; one that it handles is a success.
 *
 * @param door reads from the route's endpoint and passes each message to the body
 * @param body the steps, with the route's error handling
 */
record Door(RouteDefinition door, RouteDefinition body) {

    /** Cuts a prepared route, which becomes the body. */
    static Door cut(RouteDefinition route, String doorId, String bodyId) {
        RouteDefinition door = new RouteDefinition();
        door.setId(doorId);
        door.setInput(route.getInput());
        door.addOutput(new ToDefinition(RouteIds.bodyEndpoint(RouteIds.shown(bodyId))));
        // the body has the error handling; a second one here would handle what the first has let go
        door.setErrorHandlerFactory(new NoErrorHandlerDefinition());
        door.setResource(route.getResource());
        door.setDescription(route.getDescription());
        door.setGroup(route.getGroup());
        door.setStreamCache(route.getStreamCache());
        door.setPrecondition(route.getPrecondition());
        door.setMessageHistory(route.getMessageHistory());
        door.setTrace(route.getTrace());
        door.setLogMask(route.getLogMask());
        // these concern the consumer, and the body's consumer is none of the team's
        door.setAutoStartup(route.getAutoStartup());
        door.setStartupOrder(route.getStartupOrder());
        door.setRoutePolicyRef(route.getRoutePolicyRef());
        door.setRoutePolicies(route.getRoutePolicies());
        door.setShutdownRoute(route.getShutdownRoute());
        door.setShutdownRunningTask(route.getShutdownRunningTask());
        route.setAutoStartup(null);
        route.setStartupOrder(null);
        route.setRoutePolicyRef(null);
        route.setRoutePolicies(null);
        route.setShutdownRoute(null);
        route.setShutdownRunningTask(null);
        route.setId(bodyId);
        route.setInput(null); // a second input is refused
        route.setInput(new org.apache.camel.model.FromDefinition(RouteIds.bodyEndpoint(RouteIds.shown(bodyId))));
        return new Door(door, route);
    }
}
