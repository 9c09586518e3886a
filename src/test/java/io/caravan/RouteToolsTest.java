package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.demo.ScriptedModel;
import io.caravan.testing.TestApp;
import io.caravan.tool.NamePatterns;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolCatalogue;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that are tools, in the running program. */
class RouteToolsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ORDER_STATUS = """
            - route:
                id: order-status
                description: Where an order is
                from:
                  uri: tool:order_status
                  parameters:
                    title: Order status
                    description: "Where an order is & when it arrives (in %% + more): 'soon'? ü #1"
                    parameters:
                      type: object
                      properties:
                        order: {type: string, description: "Its number, as on the bill", minLength: 2}
                        copies:
                          type: integer
                          default: 1
                      required: [order]
                    readOnly: true
                  steps:
                    - setBody:
                        simple: "%s"
            """;

    @TempDir
    private Path workDir;

    @TempDir
    private Path routes;

    private ScriptedModel model;
    private TestApp app;

    @BeforeEach
    void start() throws IOException {
        model = ScriptedModel.start();
        write("order-status", ORDER_STATUS.formatted("Order ${body[order]} is on its way"));
        app = TestApp.in(workDir).ollama(model).routes(routes).start();
    }

    @AfterEach
    void stop() {
        app.close();
        model.close();
    }

    @Test
    void offersARouteThatIsATool() {
        ToolDefinition tool = tools().get(0);

        assertThat(tool.name()).isEqualTo("order_status");
        assertThat(tool.title()).isEqualTo("Order status");
        assertThat(tool.description()).isEqualTo("Where an order is & when it arrives (in % + more): 'soon'? ü #1");
        assertThat(tool.inputSchema().at("/properties/order/minLength").intValue())
                .isEqualTo(2);
        assertThat(tool.inputSchema().at("/required/0").textValue()).isEqualTo("order");
        assertThat(tool.effects()).isEqualTo(new ToolDefinition.Effects(true, false));
        assertThat(catalogue().all()).extracting(OfferedTool::name).containsExactly("order_status");
    }

    @Test
    void answersACallWithTheBodyOfTheRoute() {
        assertThat(call("order_status", "{\"order\":\"4711\"}")).isEqualTo(ToolOutcome.of("Order 4711 is on its way"));
    }

    private List<ToolDefinition> tools() {
        return app.app().parts().routeTools().tools();
    }

    private ToolCatalogue catalogue() {
        return new ToolCatalogue(List.of(app.app().parts().routeTools()), new NamePatterns(List.of()));
    }

    private ToolOutcome call(String name, String arguments) {
        return run(new ToolRun(catalogue().find(name).orElseThrow(), json(arguments)));
    }

    private ToolOutcome run(ToolRun run) {
        return app.app()
                .context()
                .createProducerTemplate()
                .requestBody(run.tool().source().endpoint(run.tool().definition()), run, ToolOutcome.class);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(routes.resolve(name + ".camel.yaml"), text);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
