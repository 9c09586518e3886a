package io.caravan.broker;

import java.util.HashSet;
import java.util.Set;

/** Lets one at a time have each key; others who want it wait. Thread-safe. */
public final class Keys {

    private final Set<String> taken = new HashSet<>();

    /** Waits until nobody has the key, and takes it; false if the thread is interrupted. */
    public synchronized boolean take(String key) {
        while (!taken.add(key)) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Gives the key back. */
    public synchronized void giveBack(String key) {
        taken.remove(key);
        notifyAll();
    }
}
