package io.caravan.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Pace;
import io.caravan.demo.ScriptedModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Camel component that Caravan does not ship, in a jar in the plugins folder. */
final class PluginsIT {

    private static final String COMPONENT = """
            package plugin;

            import java.util.Map;
            import org.apache.camel.*;
            import org.apache.camel.support.*;

            public class Shout extends DefaultComponent {
                @Override
                protected Endpoint createEndpoint(String uri, String rest, Map<String, Object> parameters) {
                    return new DefaultEndpoint(uri, this) {
                        @Override
                        public Producer createProducer() {
                            return new DefaultProducer(this) {
                                @Override
                                public void process(Exchange exchange) {
                                    String text = exchange.getMessage().getBody(String.class);
                                    exchange.getMessage().setBody(text.toUpperCase());
                                }
                            };
                        }

                        @Override
                        public Consumer createConsumer(Processor processor) {
                            throw new UnsupportedOperationException();
                        }
                    };
                }
            }
            """;

    @RegisterExtension
    final Site site = Site.forEachTest();

    @Test
    void bringsAComponentForTheRoutes() throws IOException {
        writeJar(site.folder().resolve("plugins/shout.jar"));
        Site.put(site.folder().resolve("mine/in-shout.camel.yaml"), """
                - route:
                    id: in-shout
                    description: Answer loudly
                    routeConfigurationId: failures
                    from:
                      uri: file:quiet
                      steps:
                        - to: direct:chat
                        - to: shout:loud
                        - to: file:loud
                """);
        try (ScriptedModel model = ScriptedModel.builder().pace(Pace.AT_ONCE).start()) {
            site.run(model, "--routes", "mine");

            Site.put(site.folder().resolve("quiet/who.txt"), "Who are you?");

            Path answer = site.folder().resolve("loud/who.txt");
            await().until(() -> Files.exists(answer) && !Site.read(answer).isEmpty());
            assertThat(answer).content().startsWith("I AM THE SCRIPTED MODEL");
        }
    }

    private void writeJar(Path jar) throws IOException {
        Path source = Site.put(site.folder().resolve("source/plugin/Shout.java"), COMPONENT);
        Path classes = Files.createDirectories(site.folder().resolve("classes"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "--release",
                        "17",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(result).as("compiled").isZero();
        Files.createDirectories(jar.getParent());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            try (var compiled = Files.list(classes.resolve("plugin"))) {
                for (Path each : compiled.toList()) {
                    out.putNextEntry(new JarEntry("plugin/" + each.getFileName()));
                    out.write(Files.readAllBytes(each));
                }
            }
            out.putNextEntry(new JarEntry("META-INF/services/org/apache/camel/component/shout"));
            out.write("class=plugin.Shout\n".getBytes(UTF_8));
            out.closeEntry();
        }
    }
}
