package io.caravan.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.EventJson;
import io.caravan.chat.Usage;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkerAnswerTest {

    private final EventJson json = new EventJson(Optional.of("q1"));
    private final EventQueue events = new EventQueue();

    private static ChatCall whole() {
        return new ChatCall("r1", ChatRequest.of("hello"), false);
    }

    private void started(int delivery) {
        send(json.started(new ChatEvent.Started("ollama", "m", Optional.empty(), List.of())), delivery, 0);
    }

    private void text(String text, int delivery, int turn) {
        chunk(new ChatEvent.Text(text), delivery, turn);
    }

    private void chunk(ChatEvent.Chunk chunk, int delivery, int turn) {
        send(json.chunk(chunk, 0), delivery, turn);
    }

    private void completed(int delivery, int turn) {
        send(
                json.completed(new ChatEvent.Completed("ollama", "m", "stop", Usage.UNKNOWN, 1, 2, 1, false)),
                delivery,
                turn);
    }

    private void send(String event, int delivery, int turn) {
        events.overflows(new EventQueue.Sent(event, delivery, turn));
    }

    private WorkerAnswer answerTo(ChatCall call) {
        WorkerAnswer answer =
                new WorkerAnswer(call, events, (callId, approved) -> {}, deliveries -> {}, Duration.ofMinutes(1));
        while (answer.hasNext()) {
            answer.next();
        }
        return answer;
    }

    @Test
    void isTheTextOfTheWorkerThatBroughtItToItsEnd() {
        ChatCall call = whole();
        started(1);
        text("one two ", 1, 0);
        started(2);
        text("one ", 2, 0);
        text("two three", 2, 0);
        completed(2, 0);

        answerTo(call).verdict();

        assertThat(call.progress().wholeText()).isEqualTo("one two three");
    }

    @Test
    void hasNothingOfAWorkerWhoseQuestionAnotherHas() {
        ChatCall call = whole();
        started(1);
        text("lost ", 1, 0);
        started(2);
        text("late ", 1, 0);
        text("one", 2, 0);
        completed(1, 0);
        text(" two", 2, 0);
        completed(2, 0);

        answerTo(call).verdict();

        assertThat(call.progress().wholeText()).isEqualTo("one two");
    }

    @Test
    void isBrokenOffWhereAnotherWorkerBeginsAnewBehindItsFirstChunk() {
        ChatCall call = new ChatCall("r1", ChatRequest.of("hello"), true);
        started(1);
        text("one ", 1, 0);
        started(2);

        WorkerAnswer answer = answerTo(call);

        assertThatThrownBy(answer::verdict)
                .isInstanceOf(StreamException.class)
                .hasMessageContaining("gone")
                .extracting(failure -> ((StreamException) failure).code())
                .isEqualTo(ErrorCode.STREAM_INTERRUPTED);
    }

    @Test
    void isTheTextOfTheLastTurnAsIfItHadBeenGivenHere() {
        ChatCall call = whole();
        started(1);
        text("let me see", 1, 0);
        chunk(new ChatEvent.ToolCall("call_1", "look", JsonNodeFactory.instance.objectNode()), 1, 0);
        chunk(new ChatEvent.ToolResult("call_1", "look", "sunny", false), 1, 0);
        text("it is ", 1, 1);
        text("sunny", 1, 1);
        completed(1, 1);

        answerTo(call).verdict();

        assertThat(call.progress().wholeText()).isEqualTo("it is sunny");
        assertThat(call.progress().toolCalls()).isEmpty();
    }

    @Test
    void isTheWholeTextOfAnAgentThatUsesItsToolsInTheMidstOfIt() {
        ChatCall call = whole();
        started(1);
        text("let me see: ", 1, 0);
        chunk(new ChatEvent.ToolCall("call_1", "look", JsonNodeFactory.instance.objectNode()), 1, 0);
        chunk(new ChatEvent.ToolResult("call_1", "look", "sunny", false), 1, 0);
        text("it is sunny", 1, 0);
        completed(1, 0);

        answerTo(call).verdict();

        assertThat(call.progress().wholeText()).isEqualTo("let me see: it is sunny");
    }
}
