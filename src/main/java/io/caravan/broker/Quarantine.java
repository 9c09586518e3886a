package io.caravan.broker;

import io.caravan.files.Reminder;
import java.util.Optional;

/**
 * Where messages are worked on one at a time that were delivered so often that one of them may be what ends the process
 * each time. Which one it was is known when that happens again, and once more: whoever was alone in here both times. Once
 * is not enough, for a message that was not yet delivered so often may run beside it. Its neighbours, which were delivered
 * as often only because they always came along with it, have a place here one after the other. Thread-safe.
 */
public final class Quarantine {

    private static final String ONCE_MORE = " once more";

    private final Reminder reminder;
    private final Optional<String> remembered;
    private boolean taken;
    private boolean stopped;

    /** @param reminder remembers, over the end of the process, who is in here */
    public Quarantine(Reminder reminder) {
        this.reminder = reminder;
        this.remembered = reminder.read();
    }

    /** Whether the process ended twice in a row while this message was alone in here. */
    public boolean endedTwiceWith(String id) {
        return remembered.filter((id + ONCE_MORE)::equals).isPresent();
    }

    /** Waits until nobody else is in here, and goes in; false if the program stops meanwhile. */
    public synchronized boolean enter(String id) {
        while (taken && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        if (stopped) {
            return false;
        }
        reminder.write(remembered.filter(id::equals).isPresent() ? id + ONCE_MORE : id);
        taken = true;
        return true;
    }

    /** The message has come to an end, whichever. */
    public synchronized void leave() {
        taken = false;
        try {
            reminder.clear();
        } finally {
            notifyAll(); // also where the work dir cannot be written
        }
    }

    /** Nobody waits in front of it any more. */
    public synchronized void stop() {
        stopped = true;
        notifyAll();
    }
}
