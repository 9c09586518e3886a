package io.caravan.camel.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplaceableDirectTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final ProducerTemplate messages = camel.createProducerTemplate();

    @BeforeEach
    void start() {
        camel.getRegistry().bind("direct", new ReplaceableDirect());
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void sendsToTheConsumerThatStartedLast() throws Exception {
        answer("one");
        answer("two");

        assertThat(ask("direct:x")).isEqualTo("two");

        camel.getRouteController().stopRoute("one");
        assertThat(ask("direct:x")).isEqualTo("two");
    }

    @Test
    void failsAtOnceWithoutAConsumer() {
        assertThatThrownBy(() -> ask("direct:x"))
                .hasCauseInstanceOf(DirectConsumerNotAvailableException.class)
                .rootCause()
                .hasMessageStartingWith("No route reads from direct:x");
    }

    @Test
    void dropsAMessageWithoutAConsumerWhereTheEndpointSaysSo() {
        assertThat(ask("direct:x?failIfNoConsumers=false")).isEqualTo("question");
    }

    @Test
    void waitsForTheAnswerWhereTheEndpointIsSynchronous() throws Exception {
        answer("one");

        assertThat(ask("direct:x?synchronous=true")).isEqualTo("one");
    }

    @Test
    void handsFailuresBackToTheSender() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:x").errorHandler(noErrorHandler()).throwException(new IllegalStateException("no"));
            }
        });

        assertThatThrownBy(() -> ask("direct:x")).hasRootCauseMessage("no");
        assertThatThrownBy(() -> ask("direct:x?synchronous=true")).hasRootCauseMessage("no");
    }

    private String ask(String endpoint) {
        return messages.requestBody(endpoint, "question", String.class);
    }

    private void answer(String text) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:x").routeId(text).setBody(constant(text));
            }
        });
    }
}
