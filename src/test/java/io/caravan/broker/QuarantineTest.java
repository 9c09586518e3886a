package io.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.files.Reminder;
import io.caravan.files.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineTest {

    @TempDir
    Path folder;

    /** As a process finds it that starts where another ended. */
    private Quarantine started() {
        return new Quarantine(new Reminder(folder.resolve("quarantine")));
    }

    @Test
    void blamesTheMessageThatWasAloneInItWhenTheProcessEndedTwiceInARow() {
        started().enter("a");
        started().enter("a");

        assertThat(started().endedTwiceWith("a")).isTrue();
        assertThat(started().endedTwiceWith("b")).isFalse();
    }

    @Test
    void blamesNoneThatWasInItOnlyOnce() {
        started().enter("a");

        assertThat(started().endedTwiceWith("a")).isFalse();
    }

    @Test
    void blamesNoneThatTookTurnsWithAnother() {
        started().enter("a");
        started().enter("b");
        started().enter("a");

        assertThat(started().endedTwiceWith("a")).isFalse();
        assertThat(started().endedTwiceWith("b")).isFalse();
    }

    @Test
    void blamesNoneThatCameToItsEnd() {
        started().enter("a");
        Quarantine again = started();
        again.enter("a");
        again.leave();

        assertThat(started().endedTwiceWith("a")).isFalse();
    }

    @Test
    void wakesWhoeverWaitsAlsoWhereTheWorkDirCannotBeWritten() throws Exception {
        Quarantine quarantine = started();
        quarantine.enter("a");
        AtomicBoolean over = new AtomicBoolean();
        Thread waiting = new Thread(() -> {
            try {
                quarantine.enter("b");
            } catch (StorageException e) {
                // it is told so, and does not wait on
            }
            over.set(true);
        });
        waiting.setDaemon(true);
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        Files.delete(folder.resolve("quarantine"));
        Files.createDirectories(folder.resolve("quarantine/cannot be removed"));

        assertThatThrownBy(quarantine::leave).isInstanceOf(StorageException.class);

        await().untilTrue(over);
    }

    @Test
    void letsNobodyInWhoWaitsWhenItStops() {
        Quarantine quarantine = started();
        quarantine.stop();

        assertThat(quarantine.enter("a")).isFalse();
    }
}
