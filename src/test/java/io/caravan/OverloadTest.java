package io.caravan;

import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when more is asked than may be answered at once. */
class OverloadTest {

    @Test
    void refusesAtOnceWhatCanNeitherRunNorWaitAndServesTheRestInTurn(@TempDir Path folder) throws Exception {
        try (ScriptedModel model = ScriptedModel.builder()
                        .script(Script.always(Reply.of(Words.of("one two"), Pace.AT_ONCE)))
                        .start();
                TestApp app = TestApp.in(folder)
                        .ollama(model)
                        .set("caravan.max-concurrent=1", "caravan.max-waiting=1")
                        .start();
                ChatClient client = app.connect()) {
            model.next(new Fault.Stall(1));
            client.chat("runs", "hello").until("runs", "chunk");
            client.chat("waits", "hello");
            await().until(() -> app.app().parts().admission().waiting() == 1);
            app.drop("patient.txt", "hello");
            await().until(() -> app.app().parts().admission().waiting() == 2);

            JsonNode error = client.chat("refused", "hello").error("refused");

            assertThat(error.get("code").asText()).isEqualTo("overloaded");
            assertThat(error.get("status_code").asInt()).isEqualTo(503);
            assertThat(error.get("retryable").asBoolean()).isTrue();
            assertThat(error.get("message").asText()).contains("caravan.max-concurrent", "caravan.max-waiting");
            assertThat(client.silent("waits")).isTrue();
            assertThat(model.questions()).hasSize(1);

            client.send("cancel", "runs");
            assertThat(text(client.all("waits"))).isEqualTo("one two");
            await().until(() -> Files.exists(app.outbox("patient.md")));
            assertThat(app.outbox("patient.md")).hasContent("one two");
            await().untilAsserted(() ->
                    assertThat(app.app().parts().admission().running()).isZero());
        }
    }
}
