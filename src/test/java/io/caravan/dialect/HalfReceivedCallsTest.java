package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.dialect.anthropic.Anthropic;
import io.caravan.dialect.gemini.Gemini;
import io.caravan.dialect.ollama.Ollama;
import io.caravan.dialect.openai.OpenAi;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that is not whole is never handed out, wherever and however its answer ends. */
class HalfReceivedCallsTest {

    private static final String TWO_BLOCKS = """
            data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":"}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"12}"}}

            data: {"type":"content_block_stop","index":0}

            data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t2","name":"g","input":{}}}

            data: {"type":"content_block_stop","index":1}

            data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}}

            data: {"type":"message_stop"}

            """;

    private enum Stream {
        OLLAMA("ollama-tools-stream"),
        OPENAI("llama-tools-stream"),
        OPENAI_OF_OLLAMA("ollama-v1-tools-stream"),
        OPENAI_IN_ONE("llama-tools"),
        GEMINI("gemini-tools-stream.sse"),
        ANTHROPIC("");

        private final String name;

        Stream(String name) {
            this.name = name;
        }

        private byte[] bytes() {
            return switch (this) {
                case ANTHROPIC -> TWO_BLOCKS.getBytes(UTF_8);
                case GEMINI -> Sample.of(name);
                default -> Capture.of(name).body();
            };
        }

        private Dialect dialect() {
            return switch (this) {
                case OLLAMA -> new Ollama();
                case ANTHROPIC -> new Anthropic();
                case GEMINI -> new Gemini();
                default -> new OpenAi();
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Stream.class)
    void handsOutOnlyWholeCallsWhereverTheStreamBreaks(Stream stream) {
        byte[] bytes = stream.bytes();
        List<String> whole = calls(told(stream.dialect(), bytes));

        for (int end = 0; end < bytes.length; end++) {
            Told told = told(stream.dialect(), Arrays.copyOf(bytes, end));

            assertThat(calls(told))
                    .as("cut at %s", end)
                    .isEqualTo(whole.subList(0, told.calls().size()));
        }
        assertThat(whole).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Stream.class,
            names = {"OPENAI", "OPENAI_IN_ONE", "ANTHROPIC"})
    void handsOutNoCallAtAllOfAFragmentedAnswerWithoutAnEnd(Stream stream) {
        byte[] bytes = stream.bytes();

        for (int end = 0; end < bytes.length; end++) {
            Told told = told(stream.dialect(), Arrays.copyOf(bytes, end));

            assertThat(told.failure().isPresent() && !told.calls().isEmpty())
                    .as("cut at %s", end)
                    .isFalse();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'function':{'name':'f','arguments':{'a':1}}} | f{\"a\":1}",
                "{'function':{'name':'f','arguments':{}}} | f{}",
                "{'function':{'name':'f','arguments':'{\\'a\\':'}} | ``"
            })
    void handsOutOnlyWholeCallsOfAnOllamaAnswerThatWasTooLong(String call, String handedOut) {
        String line = "{'message':{'content':'','tool_calls':[" + call + "]},'done':true,'done_reason':'length'}\n";

        Told told = told(new Ollama(), line.replace('\'', '"').getBytes(UTF_8));

        assertThat(String.join(",", calls(told))).isEqualTo(handedOut);
        assertThat(told.reason()).isEqualTo("length");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"})
    void failsWhereGeminiSaysThatItsCallsAreWrong(String reason) {
        String event = "data: {\"candidates\":[{\"finishReason\":\"" + reason + "\"}]}\n\n";

        told(new Gemini(), event.getBytes(UTF_8)).assertInterrupted(false);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(
            value = Stream.class,
            names = {"OLLAMA", "OPENAI", "ANTHROPIC", "GEMINI"})
    void handsBrokenArgumentsOutAsTheirTextAndNoneAsAnEmptyObject(Stream stream) {
        assertThat(arguments(stream, "\"{\\\"a\\\":\"")).isEqualTo("\"{\\\"a\\\":\"");
        assertThat(arguments(stream, "\"\"")).isEqualTo("{}");
        assertThat(arguments(stream, "null")).isEqualTo("{}");
    }

    private static String arguments(Stream stream, String sent) {
        String answer = switch (stream) {
            case OLLAMA -> """
                            {"message":{"tool_calls":[{"function":{"name":"f","arguments":%s}}]},"done":true}
                            """;
            case ANTHROPIC -> """
                            {"type":"message","content":[{"type":"tool_use","id":"t","name":"f","input":%s}],"stop_reason":"tool_use"}
                            """;
            case GEMINI -> """
                            {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":%s}}]},"finishReason":"STOP"}]}
                            """;
            default -> """
                            {"choices":[{"message":{"tool_calls":[{"id":"t","function":{"name":"f","arguments":%s}}]},"finish_reason":"tool_calls"}]}
                            """;
        };
        return told(stream.dialect(), answer.formatted(sent).getBytes(UTF_8))
                .calls()
                .get(0)
                .arguments()
                .toString();
    }

    private static List<String> calls(Told told) {
        return told.calls().stream().map(HalfReceivedCallsTest::inShort).toList();
    }

    private static String inShort(ToolCall call) {
        return call.name() + call.arguments();
    }

    private static Told told(Dialect dialect, byte[] answer) {
        return Told.by(dialect.decode(new ByteArrayInputStream(answer), ""));
    }
}
