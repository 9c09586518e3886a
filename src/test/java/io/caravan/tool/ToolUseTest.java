package io.caravan.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.failure.RejectedException;
import io.caravan.settings.ToolSettings;
import io.caravan.settings.ToolSettings.Unattended;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ToolUseTest {

    private static final ToolSettings LIMITS = new ToolSettings(
            3,
            4,
            2,
            1,
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            List.of(),
            Duration.ofSeconds(1),
            Unattended.REFUSE);

    private long now = Long.MAX_VALUE; // runs over, as nanoTime may

    private final ToolUse use = new ToolUse(
            new ToolCatalogue(
                            List.of(Sources.of("time", Sources.tools("now", "zone"))),
                            new NamePatterns(List.of("*zone")))
                    .chosen(Optional.empty()),
            LIMITS,
            () -> now,
            0);

    private static ToolCall call(String name, JsonNode arguments) {
        return new ToolCall("c", name, arguments);
    }

    private ToolRun run(int number) {
        return use.prepare(
                call("time__now", JsonNodeFactory.instance.objectNode().put("n", number)));
    }

    @Test
    void takesNoArgumentsForAnEmptyObject() {
        assertThat(use.prepare(call("time__now", JsonNodeFactory.instance.nullNode()))
                        .arguments())
                .isEmpty();
    }

    @Test
    void refusesInWordsForTheModelWhatCannotBeRun() {
        assertThatThrownBy(() -> use.prepare(call("time__then", JsonNodeFactory.instance.objectNode())))
                .isInstanceOf(RejectedException.class)
                .hasMessage("there is no tool \"time__then\"; there are time__now, time__zone");
        assertThatThrownBy(() -> use.prepare(call("time__now", JsonNodeFactory.instance.textNode("{\"a\":"))))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("not a JSON object");
    }

    @Test
    void knowsWhichToolsWaitForApproval() {
        assertThat(use.confirms("time__zone")).isTrue();
        assertThat(use.confirms("time__now")).isFalse();
        assertThat(use.confirms("time__then")).isFalse();
    }

    @Test
    void endsAfterSoManyRounds() {
        use.beginRound();
        use.beginRound();
        assertThat(use.spent()).isEmpty();

        use.beginRound();

        assertThat(use.spent()).hasValueSatisfying(why -> assertThat(why).contains("max-rounds"));
    }

    @Test
    void endsAfterSoManyCallsAndRunsNoneBeyond() {
        use.beginRound();
        for (int i = 0; i < 3; i++) {
            assertThat(run(i).arguments().get("n").intValue()).isEqualTo(i);
        }
        assertThat(use.spent()).isEmpty();

        assertThat(run(3).arguments().get("n").intValue()).isEqualTo(3);

        assertThat(use.spent()).hasValueSatisfying(why -> assertThat(why).contains("max-calls"));
        assertThatThrownBy(() -> run(4)).hasMessageContaining("not run");
    }

    @Test
    void runsTheSameCallOnlySoOften() {
        use.beginRound();
        run(7);
        run(7);
        assertThat(use.spent()).isEmpty();

        assertThatThrownBy(() -> run(7)).hasMessageContaining("the same call");

        assertThat(use.spent()).hasValueSatisfying(why -> assertThat(why).contains("max-repeats"));
    }

    @Test
    void endsWhenItsTimeIsOver() {
        use.beginRound();
        now += Duration.ofSeconds(10).toNanos() - 1;
        use.beginRound();
        assertThat(use.spent()).isEmpty();

        now++;

        assertThat(use.spent()).hasValueSatisfying(why -> assertThat(why).contains("max-time"));
    }

    @Test
    void givesACallWhatIsLeftOfTheTimeAndRunsItNoMoreWhereNothingIs() {
        use.beginRound();
        now += Duration.ofSeconds(8).toNanos();
        assertThat(use.atMost(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(use.atMost(Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(2));

        now += Duration.ofSeconds(2).toNanos();

        assertThatThrownBy(() -> use.atMost(Duration.ofSeconds(5)))
                .isInstanceOf(RejectedException.class)
                .hasMessage("not run: the time for the tools of one request is over (10s, caravan.tools.max-time)");
    }

    @Test
    void runsNoMoreCallsSideBySideThanThereArePlaces() {
        ToolRun first = run(1);
        ToolRun second = run(2);
        use.begin(first);
        CompletableFuture<Void> begun = CompletableFuture.runAsync(() -> use.begin(second));
        assertThat(begun).isNotDone();

        use.end(first);

        assertThat(begun.join()).isNull();
    }

    @Test
    void freesAPlaceOnceHoweverOftenItIsTold() {
        ToolRun first = run(1);
        use.begin(first);
        use.end(first);
        use.end(first);
        use.begin(run(2));

        ToolRun waits = run(3);
        CompletableFuture<Void> third = CompletableFuture.runAsync(() -> use.begin(waits));
        assertThat(third).isNotDone();

        use.cancelAll("enough");
        assertThatThrownBy(third::join).isInstanceOf(CompletionException.class);
    }

    @Test
    void endsACallThatWaitsForAPlaceWhenAllAreCancelled() {
        use.begin(run(1));
        ToolRun waits = run(2);
        CompletableFuture<Void> begun = CompletableFuture.runAsync(() -> use.begin(waits));

        use.cancelAll("the caller has left");

        assertThatThrownBy(begun::join).hasRootCauseMessage("the caller has left");
        assertThat(waits.cancelled()).contains("the caller has left");
    }
}
