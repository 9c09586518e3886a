package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.caravan.demo.Call;
import io.caravan.demo.Ending;
import io.caravan.demo.Fault;
import io.caravan.demo.Fault.Cut;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.testing.ChatClient;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What routes of a team's own can do with the answer to a prompt, and with a failure. */
class InsideRoutesTest {

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static TestApp app;
    static ProducerTemplate producer;
    static ConsumerTemplate consumer;
    int before;

    @BeforeAll
    static void start() throws IOException {
        model = ScriptedModel.builder()
                .script(Script.always(Reply.of(Words.of("one two three"), Pace.AT_ONCE)))
                .start();
        Path routes = Files.createDirectory(folder.resolve("routes"));
        Files.writeString(routes.resolve("in-summaries.camel.yaml"), """
                - route:
                    id: in-summaries
                    description: Summarise each text
                    routeConfigurationId: failures
                    from:
                      uri: direct:summaries
                      steps:
                        - setBody:
                            simple: "Summarise: ${body}"
                        - to: direct:chat
                """);
        Files.writeString(routes.resolve("twice.camel.yaml"), """
                - route:
                    id: twice
                    description: Ask, and ask about the answer
                    from:
                      uri: direct:twice
                      steps:
                        - to: direct:chat
                        - to: direct:chat
                """);
        Files.writeString(routes.resolve("twice-streamed.camel.yaml"), """
                - route:
                    id: twice-streamed
                    description: Stream an answer, and another
                    from:
                      uri: direct:twice-streamed
                      steps:
                        - to: direct:chat-stream
                        - setBody:
                            constant: the second question
                        - to: direct:chat-stream
                """);
        Files.writeString(routes.resolve("in-own.camel.yaml"), """
                - routeConfiguration:
                    id: own
                    onException:
                      - onException:
                          exception:
                            - io.caravan.failure.StreamException
                            - io.caravan.failure.RejectedException
                          handled:
                            constant: "true"
                          steps:
                            - setBody:
                                simple: "${exception.code.wireName} ${exception.retryable} ${exception.partial}"
                - route:
                    id: in-own
                    description: Decide about failures itself
                    routeConfigurationId: own
                    from:
                      uri: direct:own
                      steps:
                        - to: direct:chat
                - route:
                    id: in-own-stream
                    description: Decide about failures of streams itself
                    routeConfigurationId: own
                    from:
                      uri: direct:own-stream
                      steps:
                        - to: direct:chat-stream
                """);
        Files.writeString(routes.resolve("bad-reply.camel.yaml"), """
                - route:
                    id: bad-reply
                    description: Take no chunk
                    from:
                      uri: direct:bad-reply
                      steps:
                        - filter:
                            simple: ${body} contains '"chunk"'
                            steps:
                              - throwException:
                                  exceptionType: java.lang.IllegalStateException
                                  message: no room
                """);
        Files.writeString(routes.resolve("slow-reply.camel.yaml"), """
                - route:
                    id: slow-reply
                    description: Take longer over each event than a model may be silent
                    from:
                      uri: direct:slow-reply
                      steps:
                        - delay:
                            constant: 400
                        - to: seda:slowly
                """);
        Files.writeString(routes.resolve("in-pages.camel.yaml"), """
                - route:
                    id: in-pages
                    description: Answer whoever asks over HTTP
                    errorHandler:
                      noErrorHandler: {}
                    from:
                      uri: platform-http:/ask
                      steps:
                        - to: direct:chat
                """);
        Files.writeString(routes.resolve("in-feed.camel.yaml"), """
                - route:
                    id: in-feed
                    description: Ask about what a web server says
                    errorHandler:
                      noErrorHandler: {}
                    from:
                      uri: direct:feed
                      steps:
                        - toD: ${header.feed}
                        - to: direct:chat
                """);
        app = TestApp.in(folder.resolve("work"))
                .ollama("ollama", model.url(), "max-retries=0", "system=from the settings")
                .openAi("openai", model.openAiUrl(), "max-retries=0")
                .ollama("hasty", model.url(), "max-retries=0", "idle-timeout=200ms")
                .routes(routes)
                .start();
        producer = app.app().context().createProducerTemplate();
        consumer = app.app().context().createConsumerTemplate();
    }

    @AfterAll
    static void stop() throws IOException {
        producer.close();
        consumer.close();
        app.close();
        model.close();
    }

    @BeforeEach
    void count() {
        before = model.questions().size();
    }

    @AfterEach
    void heal() {
        model.heal();
    }

    private static Message ask(String endpoint, String body, Map<String, Object> headers) {
        Exchange exchange = producer.request(endpoint, asking -> {
            asking.getMessage().setBody(body);
            headers.forEach(asking.getMessage()::setHeader);
        });
        if (exchange.getException() != null) {
            throw new AssertionError(exchange.getException());
        }
        return exchange.getMessage();
    }

    private static Exception failure(String endpoint, String body, Map<String, Object> headers) {
        Exchange exchange = producer.request(endpoint, asking -> {
            asking.getMessage().setBody(body);
            headers.forEach(asking.getMessage()::setHeader);
        });
        return exchange.getException();
    }

    private static Call lastCall() {
        List<Call> calls = model.questions();
        return calls.get(calls.size() - 1);
    }

    @Test
    void answersWithTheWholeTextAndSaysInHeadersHowItCameAbout() {
        Message answer = ask("direct:chat", "hello", Map.of("kept", "yes"));

        assertThat(answer.getBody()).isEqualTo("one two three");
        assertThat(answer.getHeaders())
                .containsEntry("CaravanProvider", "ollama")
                .containsEntry("CaravanModel", "scripted")
                .containsEntry("CaravanFinishReason", "stop")
                .containsEntry("CaravanCompletionTokens", 3L)
                .containsEntry("CaravanAttempts", 1)
                .containsEntry("kept", "yes")
                .containsKeys("CaravanRequestId", "CaravanPromptTokens");
        assertThat(answer.getHeaders()).doesNotContainKey(Exchange.HTTP_RESPONSE_CODE);
    }

    @Test
    void takesModelSystemAndOptionsFromHeaders() {
        ask(
                "direct:chat",
                "hello",
                Map.of(
                        "CaravanModel", "openai/scripted-thinker",
                        "CaravanSystem", "be brief",
                        "CaravanOptions", "{\"temperature\":0.5,\"seed\":7}"));

        JsonNode sent = lastCall().json();
        assertThat(lastCall().path()).isEqualTo("/v1/chat/completions");
        assertThat(sent.get("model").asText()).isEqualTo("scripted-thinker");
        assertThat(sent.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(sent.at("/messages/0/content").asText()).isEqualTo("be brief");
        assertThat(sent.get("temperature").asDouble()).isEqualTo(0.5);
        assertThat(sent.get("seed").asInt()).isEqualTo(7);
    }

    @Test
    void asksTheSameModelAgainWhereAFlowAsksTwice() {
        int before = model.questions().size();

        ask("direct:twice", "hello", Map.of("CaravanModel", "openai/scripted-thinker"));

        assertThat(model.questions().subList(before, before + 2))
                .extracting(Call::path)
                .containsExactly("/v1/chat/completions", "/v1/chat/completions");
        assertThat(lastCall().json().get("model").asText()).isEqualTo("scripted-thinker");
    }

    @Test
    void readsAPayloadWhereTheContentTypeIsJson() {
        ask(
                "direct:chat",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"ho\"},"
                        + "{\"role\":\"user\",\"content\":\"hey\"}],\"model\":\"scripted-thinker\"}",
                Map.of(Exchange.CONTENT_TYPE, "application/json; charset=utf-8", "CaravanModel", "scripted"));

        JsonNode sent = lastCall().json();
        assertThat(sent.get("model").asText()).isEqualTo("scripted");
        assertThat(sent.get("messages")).hasSize(4);
        assertThat(sent.at("/messages/0/content").asText()).isEqualTo("from the settings");
        assertThat(sent.at("/messages/3/content").asText()).isEqualTo("hey");
    }

    @Test
    void tellsTheModelsServerNothingButThePrompt() {
        ask(
                "direct:chat",
                "hello",
                Map.of(
                        "Authorization", "Bearer of-a-caller",
                        "Cookie", "a=b",
                        "X-Secret", "x",
                        "CamelHttpUri", "http://127.0.0.1:1/elsewhere",
                        "CamelHttpPath", "/elsewhere",
                        "CamelHttpQuery", "a=b",
                        "CamelHttpMethod", "DELETE"));

        assertThat(lastCall().path()).isEqualTo("/api/chat");
        assertThat(lastCall().method()).isEqualTo("POST");
        assertThat(lastCall().headers().keySet())
                .allMatch(name -> List.of(
                                "host",
                                "content-type",
                                "content-length",
                                "connection",
                                "user-agent",
                                "accept-encoding",
                                "transfer-encoding")
                        .contains(name.toLowerCase(java.util.Locale.ROOT)));
        assertThat(lastCall().headers()).containsEntry("User-Agent", "caravan");
    }

    @Test
    void sendsEachEventToTheEndpointThatIsNamed() {
        ask("direct:chat-stream", "hello", Map.of("CaravanReplyTo", "seda:events"));

        List<JsonNode> events = events("seda:events", 5);
        assertThat(events)
                .extracting(event -> event.get("status").asText())
                .containsExactly("processing", "chunk", "chunk", "chunk", "complete");
        assertThat(ChatClient.text(events)).isEqualTo("one two three");
        assertThat(events)
                .extracting(event -> event.get("request_id").asText())
                .doesNotContainNull()
                .containsOnly(events.get(0).get("request_id").asText());
    }

    @Test
    void sendsAFailureToTheEndpointThatIsNamedToo() {
        model.always(Fault.status(400));

        Exception failure = failure("direct:chat-stream", "hello", Map.of("CaravanReplyTo", "seda:failed"));

        assertThat(failure).isInstanceOf(CaravanException.class);
        List<JsonNode> events = events("seda:failed", 2);
        assertThat(events.get(1).at("/error/code").asText()).isEqualTo("invalid_request");
        assertThat(consumer.receiveBodyNoWait("seda:failed")).isNull();
    }

    @Test
    void saysNothingOfTheFirstAnswerWhereTheSecondQuestionFails() {
        model.when(call -> call.body().contains("the second question"), Fault.status(503));

        Exception failure = failure("direct:twice-streamed", "hello", Map.of("CaravanReplyTo", "seda:twice"));

        assertThat(failure).isInstanceOfSatisfying(CaravanException.class, why -> {
            assertThat(why.code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
            assertThat(why.partial()).isFalse();
        });
        List<JsonNode> events = events("seda:twice", 7);
        assertThat(events.get(6).at("/error/code").asText()).isEqualTo("provider_unavailable");
        assertThat(events.get(6).at("/error/partial").asBoolean()).isFalse();
    }

    @Test
    void sendsNoEventToWhereACallerOfAnHttpRouteWants() throws Exception {
        Path elsewhere = folder.resolve("elsewhere");
        URI ask = URI.create("http://127.0.0.1:" + app.app().port() + "/ask?CaravanModel=openai/scripted-thinker");

        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(ask)
                                .header("CaravanReplyTo", "file:" + elsewhere + "?fileName=event")
                                .header("CaravanSystem", "be rude")
                                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("one two three");
        assertThat(elsewhere).doesNotExist();
        assertThat(lastCall().path()).isEqualTo("/api/chat");
        assertThat(lastCall().json().at("/messages/0/content").asText()).isEqualTo("from the settings");
    }

    @Test
    void sendsNoEventToWhereAWebServerWants() throws Exception {
        Path elsewhere = folder.resolve("elsewhere-too");
        HttpServer feed = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        feed.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("CaravanReplyTo", "file:" + elsewhere + "?fileName=event");
            exchange.getResponseHeaders().add("CaravanModel", "openai/scripted-thinker");
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        feed.start();
        try {
            String url = "http://127.0.0.1:" + feed.getAddress().getPort() + "/";

            assertThat(ask("direct:feed", "", Map.of("feed", url)).getBody()).isEqualTo("one two three");

            assertThat(elsewhere).doesNotExist();
            assertThat(lastCall().path()).isEqualTo("/api/chat");
        } finally {
            feed.stop(0);
        }
    }

    private static List<JsonNode> events(String endpoint, int count) {
        List<JsonNode> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String event = consumer.receiveBody(endpoint, Patience.LONGEST.toMillis(), String.class);
            assertThat(event).as("event %s", i).isNotNull();
            events.add(ChatClient.json(event));
        }
        return events;
    }

    @Test
    void stopsTheModelAndBlamesItNotWhereTheReplyCannotBeDelivered() throws Exception {
        for (int i = 0; i < 6; i++) {
            model.next(new Fault.Trickle(Duration.ofMillis(10)));

            assertThat(failure("direct:chat-stream", "hello", Map.of("CaravanReplyTo", "direct:bad-reply")))
                    .hasStackTraceContaining("no room");

            assertThat(lastCall()
                            .ending()
                            .get(Patience.SECONDS, TimeUnit.SECONDS)
                            .how())
                    .isEqualTo(Ending.How.LEFT);
        }

        assertThat(ask("direct:chat", "hello", Map.of()).getBody()).isEqualTo("one two three");
        assertThat(model.questions().size() - before).isEqualTo(7);
    }

    @Test
    void doesNotTakeTheTimeOfAReplyForSilenceOfTheModel() {
        ask(
                "direct:chat-stream",
                "hello",
                Map.of("CaravanReplyTo", "direct:slow-reply", "CaravanModel", "hasty/scripted"));

        List<JsonNode> events = events("seda:slowly", 5);
        assertThat(ChatClient.text(events)).isEqualTo("one two three");
        assertThat(events.get(4).get("status").asText()).isEqualTo("complete");
    }

    @Test
    void setsAsideWhatCameInWhereAFlowFails() throws IOException {
        model.always(Fault.status(400));

        Exception failure = failure("direct:summaries", "the original text", Map.of());

        assertThat(failure).isNull();
        Path failed = app.failed("in-summaries");
        try (Stream<Path> files = Files.list(failed)) {
            List<Path> kept = files.sorted().toList();
            assertThat(kept).hasSize(2);
            assertThat(kept.get(0)).hasContent("the original text");
            JsonNode report = ChatClient.json(Files.readString(kept.get(1)));
            assertThat(kept.get(1).getFileName().toString()).endsWith(".error.json");
            assertThat(report.at("/error/code").asText()).isEqualTo("invalid_request");
            assertThat(report.get("source").asText())
                    .isEqualTo(kept.get(0).getFileName().toString());
        }
    }

    @Test
    void letsATeamDecideByTypeCodeAndWhatIsThereOfAnAnswer() {
        model.next(Fault.status(400));
        assertThat(ask("direct:own", "hello", Map.of()).getBody()).isEqualTo("invalid_request false false");

        model.next(Fault.page());
        assertThat(ask("direct:own", "hello", Map.of("CaravanModel", "ollama/scripted"))
                        .getBody())
                .isEqualTo("provider_protocol true false");

        model.next(new Cut(2, Cut.How.CLOSE));
        assertThat(ask("direct:own-stream", "hello", Map.of("CaravanReplyTo", "seda:cut"))
                        .getBody())
                .isEqualTo("stream_interrupted true true");

        assertThat(ask("direct:own", " ", Map.of()).getBody()).isEqualTo("invalid_request false false");
    }

    @Test
    void refusesAToolThatIsNotThere() {
        Exception failure = failure("direct:chat", "hello", Map.of("CaravanTools", "time__now"));

        assertThat(failure).isInstanceOfSatisfying(CaravanException.class, why -> {
            assertThat(why.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(why).hasMessageContaining("time__now");
        });
        assertThat(model.questions()).hasSize(before);
    }

    @Test
    void answersManyPromptsOneAfterTheOtherInOneExchange() {
        Exchange exchange =
                producer.request("direct:chat", asking -> asking.getMessage().setBody("hello"));
        Exchange again = producer.send("direct:chat", exchange);

        assertThat(again.getException()).isNull();
        assertThat(again.getMessage().getBody()).isEqualTo("one two three");
        assertThat(model.questions().size() - before).isEqualTo(2);
    }
}
