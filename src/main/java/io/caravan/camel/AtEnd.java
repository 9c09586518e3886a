package io.caravan.camel;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Runs an action when a message that was taken has come to its end, whichever; before its transaction has. */
public final class AtEnd extends SynchronizationAdapter {

    private final Runnable action;

    private AtEnd(Runnable action) {
        this.action = action;
    }

    public static void run(Exchange exchange, Runnable action) {
        exchange.getExchangeExtension().addOnCompletion(new AtEnd(action));
    }

    @Override
    public void onDone(Exchange done) {
        action.run();
    }

    @Override
    public boolean allowHandover() {
        return false;
    }
}
