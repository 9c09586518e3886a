package io.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.files.Reminder;
import java.nio.file.Path;
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
    void letsNobodyInWhoWaitsWhenItStops() {
        Quarantine quarantine = started();
        quarantine.stop();

        assertThat(quarantine.enter("a")).isFalse();
    }
}
