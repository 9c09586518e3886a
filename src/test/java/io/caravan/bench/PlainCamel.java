package io.caravan.bench;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/**
 * The route that a user of plain Camel would write today: stock WebSocket consumer and producer, stock HTTP component,
 * a split at each line. Both stream caches are off, or nothing would stream, and the HTTP pool is large enough never to
 * be what holds it back.
 */
final class PlainCamel {

    private PlainCamel() {}

    /** Arguments: the port to listen on, the URL of the model server. */
    public static void main(String[] arguments) throws Exception {
        QuietLogs.set();
        String socket = "vertx-websocket:127.0.0.1:" + arguments[0] + "/chat";
        String model = arguments[1] + "/api/chat?httpMethod=POST&disableStreamCache=true&throwExceptionOnFailure=false";
        Main main = new Main();
        main.setDefaultPropertyPlaceholderLocation("false");
        main.addInitialProperty("camel.component.http.maxTotalConnections", "20000");
        main.addInitialProperty("camel.component.http.connectionsPerRoute", "20000");
        main.addInitialProperty("camel.component.https.maxTotalConnections", "20000");
        main.addInitialProperty("camel.component.https.connectionsPerRoute", "20000");
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from(socket)
                        .streamCache("false")
                        .setBody(simple(
                                "{\"model\":\"stub\",\"messages\":[{\"role\":\"user\",\"content\":\"${body}\"}]}"))
                        .to(model)
                        .split(body().tokenize("\n"))
                        .streaming()
                        .to(socket);
            }
        });
        main.run();
    }
}
