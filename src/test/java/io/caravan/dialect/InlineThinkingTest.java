package io.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.ChatEvent.Text;
import io.caravan.chat.ChatEvent.Thinking;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Case 32. */
class InlineThinkingTest {

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "<think>a</think>b | a | b",
                "<think></think>b | '' | b",
                "<think> a < b </think> b</think> | 'a < b ' | b</think>",
                "<think>a</thin | a</thin | ''",
                "<thi | '' | <thi",
                "<thinker>a | '' | <thinker>a",
                "a <think>b</think> | '' | 'a <think>b</think>'",
                "<think>a<</</think>b | a<</ | b",
                "'' | '' | ''"
            })
    void tellsThinkingFromTextHoweverItIsCut(String written, String thinking, String text) {
        for (int first = 0; first <= written.length(); first++) {
            for (int second = first; second <= written.length(); second++) {
                List<Chunk> out =
                        take(written.substring(0, first), written.substring(first, second), written.substring(second));

                assertThat(joined(out, true)).isEqualTo(thinking);
                assertThat(joined(out, false)).isEqualTo(text);
            }
        }
    }

    @Test
    void holdsBackNothingThatCanBeNoTag() {
        List<Chunk> out = new ArrayList<>();
        InlineThinking thinking = new InlineThinking(out::add);

        thinking.accept(" \n");
        assertThat(out).containsExactly(new Text(" \n"));
        thinking.accept("<");
        assertThat(out).hasSize(1);
        thinking.accept("b>");
        assertThat(out).containsExactly(new Text(" \n"), new Text("<b>"));
        thinking.accept("<think>");
        assertThat(out).hasSize(3).endsWith(new Text("<think>"));
    }

    private static List<Chunk> take(String... pieces) {
        List<Chunk> out = new ArrayList<>();
        InlineThinking thinking = new InlineThinking(out::add);
        for (String piece : pieces) {
            thinking.accept(piece);
        }
        thinking.end();
        return out;
    }

    private static String joined(List<Chunk> chunks, boolean thinking) {
        StringBuilder joined = new StringBuilder();
        for (Chunk chunk : chunks) {
            if (thinking && chunk instanceof Thinking piece) {
                joined.append(piece.data());
            } else if (!thinking && chunk instanceof Text piece) {
                joined.append(piece.data());
            }
        }
        return joined.toString();
    }
}
