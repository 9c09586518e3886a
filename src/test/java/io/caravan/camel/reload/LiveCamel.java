package io.caravan.camel.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;

/** A real context on real folders: what a test writes into them is what runs. */
final class LiveCamel implements AutoCloseable {

    final DefaultCamelContext context = new DefaultCamelContext();
    final ProducerTemplate messages = context.createProducerTemplate();
    final LiveRoutes routes;

    LiveCamel(RouteFolders folders, TemplateInstance... instances) {
        routes = new LiveRoutes(folders, List.of(instances));
        context.getShutdownStrategy().setTimeout(1);
    }

    static LiveCamel of(Path shipped, Path... further) {
        return new LiveCamel(RouteFolders.of(shipped, List.of(further)));
    }

    LiveCamel start() throws Exception {
        routes.load(context);
        context.start();
        return this;
    }

    String ask(String endpoint) {
        return messages.requestBody(endpoint, "", String.class);
    }

    /** The ids under which routes run at this moment. */
    List<String> running() {
        return context.getRoutes().stream().map(Route::getId).sorted().toList();
    }

    /** Writes a file of one route that reads from {@code direct:ID} and answers with the text. */
    static void answering(Path folder, String id, String answer) throws IOException {
        write(folder, id, route(id, "direct:" + id, "setBody:\n            constant: \"" + answer + "\""));
    }

    static String route(String id, String from, String... steps) {
        return """
                - route:
                    id: %s
                    from:
                      uri: "%s"
                      steps:
                """.formatted(id, from)
                + Stream.of(steps).map(step -> "        - " + step + "\n").reduce("", String::concat);
    }

    static void write(Path folder, String name, String text) throws IOException {
        Files.writeString(folder.resolve(name + ".camel.yaml"), text);
    }

    @Override
    public void close() throws IOException {
        context.close();
    }
}
