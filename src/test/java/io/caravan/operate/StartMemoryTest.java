package io.caravan.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.limit.Admission;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class StartMemoryTest {

    private final Admission admission = new Admission(4, 0);
    private final List<Integer> runningAtTheCollection = new CopyOnWriteArrayList<>();
    private final StartMemory memory =
            new StartMemory(admission, () -> runningAtTheCollection.add(admission.running()));

    @Test
    void collectsOnceWhenNobodyAsksAnything() {
        memory.giveBack();

        await().until(() -> !runningAtTheCollection.isEmpty());
        assertThat(runningAtTheCollection).containsExactly(0);
    }

    @Test
    void holdsNobodyUpWhoWaitsForAnAnswer() {
        ChatCall call = new ChatCall("1", ChatRequest.of("hello"), true);
        admission.admit(call);

        memory.giveBack();
        await().until(() -> Thread.getAllStackTraces().entrySet().stream()
                .anyMatch(thread -> thread.getKey().getName().equals("caravan-start-memory")
                        && List.of(thread.getValue()).toString().contains("awaitIdle")));
        assertThat(runningAtTheCollection).isEmpty();
        call.end(null);

        await().until(() -> !runningAtTheCollection.isEmpty());
        assertThat(runningAtTheCollection).containsExactly(0);
    }
}
