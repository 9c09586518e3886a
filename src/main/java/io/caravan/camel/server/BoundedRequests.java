package io.caravan.camel.server;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * What runs the routes from platform-http: so many requests at the same time, each of which holds a thread; one more is
 * answered with 503. By default it would wait for a thread, with its body, however many do.
 */
final class BoundedRequests extends VertxPlatformHttpEngine {

    private static final String PLACE = "caravan.place";

    private final Semaphore places;

    BoundedRequests(int most) {
        places = new Semaphore(most);
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor route) {
        return new Consumer(endpoint, route, getHandlers(), getServerPort(), places);
    }

    private static final class Consumer extends VertxPlatformHttpConsumer {

        private final Semaphore places;

        Consumer(
                PlatformHttpEndpoint endpoint,
                Processor route,
                List<Handler<RoutingContext>> handlers,
                int port,
                Semaphore places) {
            super(
                    endpoint,
                    exchange -> exchange.getProperty(PLACE, Place.class).run(route, exchange),
                    handlers,
                    VertxPlatformHttpRouter.getRouterNameFromPort(port));
            this.places = places;
        }

        /** When its body has been read: one that is sent slowly holds up nobody. */
        @Override
        protected void handleRequest(RoutingContext request) {
            if (!places.tryAcquire()) {
                request.response()
                        .setStatusCode(503)
                        .putHeader("Retry-After", "1")
                        .end("Too many requests are being answered\n");
                return;
            }
            Place place = new Place(places);
            request.put(PLACE, place);
            request.addEndHandler(ended -> place.left());
            super.handleRequest(request);
        }

        @Override
        protected Future<Void> processHttpRequest(Exchange exchange, RoutingContext request) {
            exchange.setProperty(PLACE, request.get(PLACE));
            return super.processHttpRequest(exchange, request);
        }
    }
}
