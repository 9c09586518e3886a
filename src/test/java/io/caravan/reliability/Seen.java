package io.caravan.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.testing.ChatClient;
import java.time.Duration;
import java.util.List;

/** All that a caller saw of one request, from its first event to its end, and when that was. */
record Seen(List<JsonNode> events, Duration took) {

    private JsonNode end() {
        return events.get(events.size() - 1);
    }

    String text() {
        return ChatClient.text(events);
    }

    String status() {
        return end().path("status").asText();
    }

    String code() {
        return end().at("/error/code").asText();
    }

    JsonNode metadata() {
        return end().path("metadata");
    }

    /** It ended well, with each token once and in order. */
    Seen whole() {
        return ended("complete").saying(Acts.WHOLE).inOrder();
    }

    /** This is all of the text that came. */
    Seen saying(String text) {
        assertThat(text()).isEqualTo(text);
        return this;
    }

    Seen by(String provider, int attempts) {
        assertThat(metadata().path("provider").asText()).as("who answered").isEqualTo(provider);
        assertThat(metadata().path("model").asText()).as("the model").isEqualTo("model-" + provider);
        assertThat(metadata().path("attempts").asInt()).as("attempts").isEqualTo(attempts);
        return this;
    }

    Seen resumed(boolean resumed) {
        assertThat(metadata().path("resumed").asBoolean()).as("resumed").isEqualTo(resumed);
        return this;
    }

    /** A lower bound only: how long a busy machine takes is nobody's failure. */
    Seen notBefore(Duration time) {
        assertThat(took).isGreaterThanOrEqualTo(time);
        return this;
    }

    /** A bound of sanity, and no more than that. */
    Seen longBefore(Duration time) {
        assertThat(took).isLessThan(time);
        return this;
    }

    /** It ended with the tokens that came, and says that they are not all. */
    Seen interruptedAfter(int tokens) {
        return failed("stream_interrupted", true).saying(Acts.tokens(tokens)).inOrder();
    }

    /** It ended with this code, and says truly whether a part was handed out. */
    Seen failed(String code, boolean partial) {
        ended("error");
        assertThat(code()).as("code of %s", end()).isEqualTo(code);
        assertThat(end().at("/error/partial").asBoolean()).as("partial").isEqualTo(partial);
        assertThat(text().isEmpty()).as("nothing came").isEqualTo(!partial);
        return this;
    }

    Seen retryable(boolean retryable) {
        assertThat(end().at("/error/retryable").asBoolean()).as("retryable").isEqualTo(retryable);
        return this;
    }

    Seen because(String... words) {
        assertThat(end().at("/error/message").asText()).contains(words);
        return this;
    }

    String reason() {
        return end().at("/error/message").asText();
    }

    private Seen ended(String status) {
        assertThat(status()).as("end %s", end()).isEqualTo(status);
        return this;
    }

    private Seen inOrder() {
        int index = 0;
        for (JsonNode event : events) {
            if (event.path("status").asText().equals("chunk")) {
                assertThat(event.at("/chunk/metadata/index").asInt())
                        .as("index")
                        .isEqualTo(index++);
            }
        }
        assertThat(events.stream().filter(event -> event.path("status").asText().equals("processing")))
                .as("told once that it is under way")
                .hasSize(1);
        return this;
    }
}
