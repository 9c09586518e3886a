package io.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolArgumentsTest {

    @ParameterizedTest
    @ValueSource(strings = {"{\"city\":\"Rome\"}", " {\"city\":\"Rome\"}\n", "\"{\\\"city\\\":\\\"Rome\\\"}\""})
    void areTheObjectThatATextWrites(String text) {
        assertThat(ToolArguments.of(text))
                .isEqualTo(JsonNodeFactory.instance.objectNode().put("city", "Rome"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "{}"})
    void areNoneWhereNothingIsWritten(String text) {
        assertThat(ToolArguments.of(text)).isEqualTo(JsonNodeFactory.instance.objectNode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"city\":\"Rome\"",
                "[1]",
                "Rome",
                "{}{\"city\":\"Rome\"}",
                "{\"city\":\"Rome\"}{\"city\":\"Pisa\"}",
                "{\"city\":\"Rome\"} I hope"
            })
    void stayTheTextWhereItWritesAnythingElseSoThatNoToolRunsWithHalfOfThem(String text) {
        assertThat(ToolArguments.of(text)).isEqualTo(new TextNode(text));
    }
}
