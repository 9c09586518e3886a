package io.caravan.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionRequestsTest {

    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    private static ChatRequest read(String fields) {
        return CompletionRequests.read("{" + fields + "}");
    }

    @Test
    void readsAConversation() {
        ChatRequest request = read("""
                "model": "openai/gpt-4.1-mini",
                "messages": [
                  {"role": "system", "content": "Be brief."},
                  {"role": "developer", "content": "In German."},
                  {"role": "user", "content": [{"type": "text", "text": "What "}, {"type": "text", "text": "time?"}]},
                  {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "clock", "arguments": "{\\"zone\\":\\"CET\\"}"}}]},
                  {"role": "tool", "tool_call_id": "c1", "content": "12:00"}]
                """);

        assertThat(request.model()).contains("openai/gpt-4.1-mini");
        assertThat(request.messages())
                .extracting(Message::role)
                .containsExactly(
                        Message.Role.SYSTEM,
                        Message.Role.SYSTEM,
                        Message.Role.USER,
                        Message.Role.ASSISTANT,
                        Message.Role.TOOL);
        assertThat(request.messages().get(2).content()).isEqualTo("What time?");
        assertThat(request.messages().get(3).toolCalls()).singleElement().satisfies(call -> {
            assertThat(call.name()).isEqualTo("clock");
            assertThat(call.arguments().path("zone").asText()).isEqualTo("CET");
        });
        assertThat(request.messages().get(4).toolCallId()).contains("c1");
        assertThat(request.toolNames()).isEmpty();
    }

    @Test
    void readsTheOptions() {
        ChatRequest request = read(HI
                + ",\"temperature\":0.5,\"top_p\":0.9,\"max_tokens\":7,\"max_completion_tokens\":9,\"stop\":\"END\","
                + "\"seed\":42,\"stream\":true");

        assertThat(request.options().temperature()).hasValue(0.5);
        assertThat(request.options().topP()).hasValue(0.9);
        assertThat(request.options().maxTokens()).hasValue(9);
        assertThat(request.options().stop()).containsExactly("END");
        assertThat(request.options().seed()).hasValue(42);
        assertThat(request.stream()).isTrue();
    }

    @Test
    void readsTheFormatOfTheAnswer() {
        assertThat(read(HI + ",\"response_format\":{\"type\":\"text\"}").format())
                .isEmpty();
        assertThat(read(HI + ",\"response_format\":{\"type\":\"json_object\"}").format())
                .hasValueSatisfying(format -> assertThat(format.asText()).isEqualTo("json"));
        assertThat(read(HI + ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                                + "{\"name\":\"n\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}")
                        .format())
                .hasValueSatisfying(
                        format -> assertThat(format.at("/type").asText()).isEqualTo("object"));
    }

    @Test
    void readsTheNamesOfCaravansTools() {
        assertThat(read(HI + ",\"tools\":[\"time__*\"]").toolNames()).contains(List.of("time__*"));
        assertThat(read(HI + ",\"tools\":[\"time__*\"],\"tool_choice\":\"none\"")
                        .toolNames())
                .contains(List.of());
        assertThat(read(HI + ",\"tool_choice\":\"none\"").toolNames()).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":1",
                "\"frequency_penalty\":0",
                "\"presence_penalty\":0.0",
                "\"logprobs\":false",
                "\"logit_bias\":{}",
                "\"modalities\":[\"text\"]",
                "\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"store\":true,\"service_tier\":\"flex\"",
                "\"stream_options\":{\"include_usage\":true},\"parallel_tool_calls\":false",
                "\"n\":null,\"tools\":null,\"response_format\":null"
            })
    void takesWhatAsksForNothingItCannotDo(String field) {
        assertThat(read(HI + "," + field).messages()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"n\":2|n ",
                "\"frequency_penalty\":0.5|frequency_penalty",
                "\"logprobs\":true|logprobs",
                "\"logit_bias\":{\"50256\":-100}|logit_bias",
                "\"reasoning_effort\":\"low\"|reasoning_effort",
                "\"audio\":{}|audio",
                "\"temperature\":3|temperature",
                "\"max_tokens\":0|max_tokens",
                "\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]|stop",
                "\"stop\":[1]|stop[0]",
                "\"response_format\":{\"type\":\"xml\"}|response_format.type",
                "\"tool_choice\":\"required\"|tool_choice",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]|tools[0]",
            })
    void refusesByNameWhatItCannotDo(String field, String named) {
        assertThatThrownBy(() -> read(HI + "," + field))
                .isInstanceOfSatisfying(
                        RejectedException.class, why -> assertThat(why.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"model\":\"m\"|messages",
                "\"messages\":[]|messages",
                "\"messages\":\"hi\"|messages",
                "\"messages\":[{\"role\":\"robot\",\"content\":\"x\"}]|messages[0].role",
                "\"messages\":[{\"role\":\"user\"}]|messages[0].content",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]}]|image_url",
                "\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]|messages[0].tool_call_id",
                "\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"f\"}}]}]|assistant",
            })
    void refusesAConversationThatIsNone(String fields, String named) {
        assertThatThrownBy(() -> read(fields))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining(named);
    }

    @Test
    void refusesWhatIsNoJson() {
        assertThatThrownBy(() -> CompletionRequests.read("{\"a\":1,\"a\":2}")).isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> CompletionRequests.read("[]")).isInstanceOf(RejectedException.class);
    }
}
