package io.caravan.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ORDER = """
            {"type":"object",
             "properties":{
               "order":{"type":"string","pattern":"^[0-9]+$"},
               "count":{"type":"integer","minimum":1},
               "size":{"enum":["s","m"]},
               "lines":{"type":"array","items":{"type":"object","properties":{"sku":{"type":"string"}},"required":["sku"]}}},
             "required":["order"],
             "additionalProperties":false}""";

    @Test
    void takesArgumentsThatFit() {
        assertThat(problem("{\"order\":\"4711\",\"count\":2,\"size\":\"s\",\"lines\":[{\"sku\":\"a\"}]}"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}|`order` is missing",
                "{\"order\":4711}|`order` is of type integer, not string",
                "{\"order\":\"x\"}|`order` does not match the regex pattern ^[0-9]+$",
                "{\"order\":\"1\",\"count\":0}|`count` must have a minimum value of 1",
                "{\"order\":\"1\",\"size\":\"xl\"}|`size` does not have a value in the enumeration [\"s\", \"m\"]",
                "{\"order\":\"1\",\"colour\":\"red\"}|there is no `colour`",
                "{\"order\":\"1\",\"lines\":[{\"sku\":\"a\"},{}]}|`lines[1].sku` is missing",
                "{\"order\":null}|`order` is of type null, not string",
            })
    void namesTheFieldThatDoesNotFit(String arguments, String problem) {
        assertThat(problem(arguments)).isEqualTo("The arguments do not fit the tool: " + problem + ".");
    }

    @Test
    void namesSeveralFieldsAtOnce() {
        assertThat(problem("{\"count\":\"two\",\"size\":\"xl\"}")).contains("`order`", "`count`", "`size`");
    }

    @Test
    void speaksEnglishWhereverItRuns() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(problem("{\"order\":\"1\",\"count\":0}")).contains("must have a minimum value");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "[]",
                "{}",
                "{\"type\":\"string\"}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"strin\"}}}",
                "{\"type\":\"object\",\"properties\":[\"a\"]}",
                "{\"type\":\"object\",\"required\":\"a\"}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"(\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/b\"}}}",
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\",\"required\":\"a\"}",
                "{\"$schema\":\"https://example.org/own\",\"type\":\"object\"}",
                "{\"type\":\"object\",\"$ref\":\"#\"}",
            })
    void refusesWhatIsNoSchemaOfAnObject(String schema) {
        assertThatThrownBy(() -> ArgumentSchema.of(json(schema)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains("JSON Schema");
    }

    @Test
    void fetchesNothing() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            listening.setSoTimeout(300);
            String elsewhere = "http://127.0.0.1:" + listening.getLocalPort() + "/schema.json";

            assertThatThrownBy(() -> ArgumentSchema.of(
                            json("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"" + elsewhere + "\"}}}")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(listening::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/hostname", "classpath:routes/chat.camel.yaml"})
    void readsNoFile(String elsewhere) {
        assertThatThrownBy(() -> ArgumentSchema.of(
                        json("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"" + elsewhere + "\"}}}")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void checksAgainstASchemaThatRefersToItself() {
        ArgumentSchema tree = ArgumentSchema.of(json("""
                {"type":"object",
                 "properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#"}}},
                 "required":["name"]}"""));

        assertThat(tree.problem(arguments("{\"name\":\"a\",\"children\":[{\"name\":\"b\",\"children\":[]}]}")))
                .isEmpty();
        assertThat(tree.problem(arguments("{\"name\":\"a\",\"children\":[{\"children\":[{}]}]}")))
                .hasValueSatisfying(problem -> assertThat(problem).contains("`children[0].name` is missing"));
    }

    @Test
    void takesADraftThatIsNamed() {
        ArgumentSchema old = ArgumentSchema.of(json("""
                {"$schema":"http://json-schema.org/draft-07/schema#","type":"object",
                 "definitions":{"n":{"type":"number","exclusiveMinimum":0}},
                 "properties":{"n":{"$ref":"#/definitions/n"}}}"""));

        assertThat(old.problem(arguments("{\"n\":1}"))).isEmpty();
        assertThat(old.problem(arguments("{\"n\":0}"))).isPresent();
    }

    private static String problem(String arguments) {
        return ArgumentSchema.of(json(ORDER)).problem(arguments(arguments)).orElse("");
    }

    private static ObjectNode arguments(String text) {
        return (ObjectNode) json(text);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
