package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static final String OBJECT = "{\"a\":\"x\\u00e9\",\"b\":[1,{\"c\":null}],\"d\":-1.5e3}";

    @Test
    void readsManyObjectsInTurn() throws IOException {
        for (int i = 0; i < 1000; i++) {
            assertThat(names("{\"a" + i + "\":" + i + "}")).containsExactly("a" + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\r", "\t", "\r\n", "  \r"})
    void takesSpaceAroundAnObject(String space) throws IOException {
        assertThat(names(space + OBJECT + space)).containsExactly("a", "b", "d");
    }

    @Test
    void anObjectThatIsCutAnywhereIsNoneAndSpoilsNotTheNext() throws IOException {
        for (int length = 0; length < OBJECT.length(); length++) {
            String cut = OBJECT.substring(0, length);
            assertThatThrownBy(() -> names(cut)).as(cut).isInstanceOf(IOException.class);
            assertThat(names(OBJECT)).as("after " + cut).containsExactly("a", "b", "d");
        }
    }

    @Test
    void tellsThatAnObjectIsCutFromThatItIsGarbage() {
        assertThatThrownBy(() -> names("{\"a\":{\"b\":[1,{\"c\":2")).isInstanceOf(JsonEOFException.class);
        assertThatThrownBy(() -> names("{\"a\":{\"b\":[1,}")).isNotInstanceOf(JsonEOFException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":{}", "{\"a\":[\"x\"", "{\"a\":{}}", "{\"a\":[]}"})
    void aReaderThatLeavesPartOfItsObjectSpoilsNotTheNext(String object) throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> read(object, (name, json) -> {})).isInstanceOf(IOException.class);
            assertThat(names(OBJECT)).containsExactly("a", "b", "d");
        }
    }

    @Test
    void neverTakesAByteOrderMarkWithinAStream() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> names("\uFEFF{}")).isInstanceOf(IOException.class);
        }
        assertThat(names(OBJECT)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "}", "1", "tr", "\"x", ",", "/", "]", "nul}", "\"}"})
    void anObjectWithSomethingBehindItIsNone(String behind) throws IOException {
        assertThatThrownBy(() -> names(OBJECT + behind)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> names(OBJECT + " " + behind)).isInstanceOf(IOException.class);
        assertThat(names(OBJECT)).containsExactly("a", "b", "d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1", "true", "\"{}\"", "[{}]", "null", "nu"})
    void anythingElseIsNoObject(String text) {
        assertThatThrownBy(() -> names(text)).isInstanceOf(IOException.class);
    }

    @Test
    void readsAnObjectOfManyMegabytes() throws IOException {
        String value = "0123456789".repeat(500_000);
        for (int i = 0; i < 3; i++) {
            List<String> values = new ArrayList<>();
            read("{\"a\":\"" + value + "\"}", (name, json) -> values.add(JsonValue.text(json)));
            assertThat(values).containsExactly(value);
        }
    }

    private static List<String> names(String text) throws IOException {
        List<String> names = new ArrayList<>();
        read(text, (name, json) -> {
            names.add(name);
            json.skipChildren();
        });
        return names;
    }

    private static void read(String text, JsonValue.Field each) throws IOException {
        byte[] bytes = ("##" + text + "##").getBytes(UTF_8);
        Json.read(bytes, 2, bytes.length - 4, json -> JsonValue.fields(json, each));
    }
}
