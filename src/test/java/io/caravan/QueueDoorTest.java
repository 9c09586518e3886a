package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.broker.Queues;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.TestApp;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of prompts from the queue to their answers. */
class QueueDoorTest {

    @TempDir
    Path folder;

    ScriptedModel model;
    TestApp app;

    @BeforeEach
    void start() {
        model = ScriptedModel.builder()
                .script(question -> Reply.of(Words.of("an answer to " + question.prompt()), Pace.AT_ONCE))
                .start();
        app = TestApp.in(folder).ollama(model, "max-retries=0").start();
    }

    @AfterEach
    void stop() {
        app.close();
        model.close();
    }

    @Test
    void answersAPromptOnTheQueueOfAnswers() throws Exception {
        try (JMSContext jms = app.app().queues().createContext()) {
            Message prompt = jms.createTextMessage("blue");
            jms.createProducer().send(jms.createQueue(Queues.PROMPTS), prompt);

            Message answer = jms.createConsumer(jms.createQueue(Queues.ANSWERS)).receive(20_000);

            assertThat(Optional.ofNullable(answer)).isPresent();
            assertThat(answer.getBody(String.class)).isEqualTo("an answer to blue");
            assertThat(answer.getJMSCorrelationID()).isEqualTo(prompt.getJMSMessageID());
            assertThat(answer.getStringProperty("CaravanModel")).isEqualTo("scripted");
        }
    }
}
