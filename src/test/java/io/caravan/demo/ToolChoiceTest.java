package io.caravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolChoiceTest {

    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"order\":{\"type\":\"string\"}}}";

    @ParameterizedTest
    @CsvSource({"Where is order 4711?, 4711", "Is my order A-17 late?, A-17", "When does order #4712 arrive?, 4712"})
    void takesTheNumberOfAnOrderFromTheQuestion(String prompt, String number) throws Exception {
        ToolCall call = ToolChoice.of(question(prompt)).orElseThrow();

        assertThat(call.name()).isEqualTo("order_status");
        assertThat(call.arguments().path("order").asText()).isEqualTo(number);
    }

    @Test
    void callsNoToolThatHasNothingToDoWithTheQuestion() throws Exception {
        assertThat(ToolChoice.of(question("Why is the sky blue?"))).isEmpty();
    }

    private static Question question(String prompt) throws Exception {
        return new Question(
                "scripted",
                List.of(new Question.Said("user", prompt, "")),
                List.of(new Question.Tool(
                        "order_status", "Where an order is and when it arrives", new ObjectMapper().readTree(SCHEMA))),
                Optional.empty(),
                false,
                100);
    }
}
