package io.caravan.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.failure.CancelledException;
import io.caravan.failure.RejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChatCallTest {

    private static ChatCall streamed(boolean stream) {
        return new ChatCall("r1", ChatRequests.read("{\"text\":\"hello\",\"stream\":" + stream + "}"), true);
    }

    private final ChatCall call = streamed(true);

    @Test
    void stopsForTheFirstReason() {
        call.cancel("enough");
        call.stop(RejectedException.invalid("too late"));

        assertThat(call.stopped()).get().isInstanceOf(CancelledException.class);
        assertThatThrownBy(call::checkStopped).hasMessage("enough");
    }

    @Test
    void runsWhatStopsItAlsoWhenItWasStoppedBefore() {
        AtomicInteger runs = new AtomicInteger();
        call.cancel("enough");

        call.whenStopped(runs::incrementAndGet);

        assertThat(runs).hasValueGreaterThanOrEqualTo(1);
    }

    @Test
    void runsOnlyTheLatestOfWhatStopsIt() {
        List<String> runs = new ArrayList<>();
        call.whenStopped(() -> runs.add("first"));
        call.whenStopped(() -> runs.add("second"));

        call.cancel("enough");

        assertThat(runs).containsOnly("second");
    }

    @Test
    void runsWhatEndsItOnceAndTheLatestFirst() {
        List<String> runs = new ArrayList<>();
        call.atEnd(() -> runs.add("first"));
        call.atEnd(() -> runs.add("second"));

        call.end(null);
        call.end(new IllegalStateException());
        call.atEnd(() -> runs.add("late"));

        assertThat(runs).containsExactly("second", "first", "late");
        assertThat(call.failure()).isEmpty();
    }

    @Test
    void isToldOfItsEndOnceAndNotAtAllWhereTheCallerHasLeft() {
        assertThat(call.mayTellItsEnd()).isTrue();
        assertThat(call.mayTellItsEnd()).isFalse();

        ChatCall left = streamed(true);
        left.leave();
        assertThat(left.mayTellItsEnd()).isFalse();
        assertThat(left.stopped()).isPresent();
    }

    @Test
    void handsEachChunkOnWhereAStreamIsWanted() {
        assertThat(call.takes(new ChatEvent.Thinking("hm"))).isTrue();
        assertThat(call.takes(new ChatEvent.Text("one"))).isTrue();

        assertThat(call.progress().chunksOut()).isEqualTo(2);
        assertThat(call.progress().chunksIn()).isEqualTo(2);
        assertThat(call.lastChunk()).isEmpty();
        assertThat(call.progress().firstChunkNanos()).isPositive();
    }

    @Test
    void collectsTheTextWhereNoStreamIsWanted() {
        ChatCall whole = streamed(false);

        assertThat(whole.takes(new ChatEvent.Thinking("hm"))).isFalse();
        assertThat(whole.takes(new ChatEvent.Text("one"))).isFalse();
        assertThat(whole.takes(new ChatEvent.Text(" two"))).isFalse();
        assertThat(whole.takes(new ChatEvent.ToolCall("c", "t", JsonNodeFactory.instance.objectNode())))
                .isTrue();

        assertThat(whole.lastChunk()).contains(new ChatEvent.Text("one two"));
        assertThat(whole.progress().chunksOut()).isEqualTo(2);
    }

    @Test
    void forgetsTheTextOfAnAttemptThatFailed() {
        ChatCall whole = new ChatCall("r1", ChatRequest.of("hello"), false);
        whole.progress().attempted();
        whole.takes(new ChatEvent.Text("lost"));
        whole.progress().attempted();
        whole.takes(new ChatEvent.Text("kept"));

        assertThat(whole.progress().wholeText()).isEqualTo("kept");
        assertThat(whole.progress().attempts()).isEqualTo(2);
    }
}
