package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.Patience;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class StopIT {

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final ScriptedModel model = ScriptedModel.builder()
            .script(Script.always(Reply.of(new Words(40, i -> " " + i), Pace.perSecond(40))))
            .start();

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    @Test
    void letsARunningAnswerFinish() {
        Packaged program = site.run(model);
        try (Caller caller = Caller.connect(program.url())) {
            caller.ask("r", "count");
            caller.awaitChunk("r");

            program.signal("TERM");

            assertThat(caller.end("r").path("status").asText()).isEqualTo("complete");
            assertThat(caller.text("r")).endsWith(" 39");
            assertThat(caller.closed())
                    .succeedsWithin(Patience.LONGEST)
                    .asString()
                    .startsWith("1001");
            assertThat(program.exitCode()).isZero();
        }
    }

    @Test
    void endsWhatRunsWithATypedErrorWhenTheGraceTimeIsOver() {
        model.always(new Fault.Trickle(Duration.ofMillis(20)));
        Packaged program = site.run(model, "--set", "caravan.shutdown-grace=200ms");
        try (Caller caller = Caller.connect(program.url())) {
            caller.ask("r", "count");
            caller.awaitChunk("r");

            program.signal("TERM");

            JsonNode end = caller.end("r");
            assertThat(end.at("/error/code").asText()).isEqualTo("stream_interrupted");
            assertThat(end.at("/error/partial").asBoolean()).isTrue();
            assertThat(end.at("/error/message").asText()).contains("shutting down");
            assertThat(program.exitCode()).isZero();
        }
    }

    @Test
    void refusesWhatComesWhileItStops() {
        model.always(new Fault.Trickle(Duration.ofMillis(20)));
        Packaged program = site.run(model, "--set", "caravan.shutdown-grace=10m");
        try (Caller caller = Caller.connect(program.url())) {
            caller.ask("r", "count");
            caller.awaitChunk("r");
            program.signal("TERM");

            JsonNode refusal = refusal(caller);

            assertThat(refusal.at("/error/code").asText()).isEqualTo("overloaded");
            caller.send("{\"action\":\"cancel\",\"request_id\":\"r\"}");
            assertThat(program.exitCode()).isZero();
        }
    }

    @Test
    void endsAtOnceAtTheSecondSignal() {
        model.always(new Fault.Trickle(Duration.ofMillis(20)));
        Packaged program = site.run(model, "--set", "caravan.shutdown-grace=10m");
        try (Caller caller = Caller.connect(program.url())) {
            caller.ask("r", "count");
            caller.awaitChunk("r");
            program.signal("TERM");
            refusal(caller); // the first signal has been heard

            program.signal("TERM");

            assertThat(program.exitCode()).isEqualTo(143); // long before its ten minutes
        }
    }

    /** Asks until that is refused: a signal takes a moment. */
    private static JsonNode refusal(Caller caller) {
        for (int i = 0; ; i++) {
            String id = "late" + i;
            caller.ask(id, "count");
            await().until(() -> caller.events(id).size() > 1 || caller.hasEnded(id));
            if (caller.hasEnded(id)) {
                return caller.end(id);
            }
            caller.send("{\"action\":\"cancel\",\"request_id\":\"" + id + "\"}");
        }
    }
}
