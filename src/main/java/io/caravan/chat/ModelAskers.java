package io.caravan.chat;

import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Those who want to know what models there are. One list is made at a time, and it is for whoever asks meanwhile, too.
 * Thread-safe.
 */
public final class ModelAskers {

    /** Who asked, and under which id. */
    public record Asker(String connection, String requestId) {}

    private final Map<String, List<Asker>> waiting = new LinkedHashMap<>();
    private final int mostPerConnection;
    private boolean listing;

    public ModelAskers(int mostPerConnection) {
        this.mostPerConnection = mostPerConnection;
    }

    /**
     * Has somebody wait for the list.
     *
     * @return whether it has to be made, for none is being made yet
     * @throws UnavailableException if too many wait on this connection
     */
    public synchronized boolean join(Asker asker) {
        List<Asker> own = waiting.computeIfAbsent(asker.connection(), connection -> new ArrayList<>());
        if (own.size() >= mostPerConnection) {
            throw new UnavailableException(
                    ErrorCode.OVERLOADED,
                    mostPerConnection + " lists of models are asked for on this connection, the most that"
                            + " caravan.websocket.max-in-flight allows");
        }
        own.add(asker);
        boolean first = !listing;
        listing = true;
        return first;
    }

    /** Nobody waits on this connection any more. */
    public synchronized void left(String connection) {
        waiting.remove(connection);
    }

    /** The list is there, or will not be: those whom it is for. Who asks from now on gets the next. */
    public synchronized List<Asker> all() {
        List<Asker> all = waiting.values().stream().flatMap(List::stream).toList();
        waiting.clear();
        listing = false;
        return all;
    }
}
