package io.caravan.chat;

import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.failure.UnavailableException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The calls under way, by the connection they came on and their id, so that they can be cancelled. Thread-safe. */
public final class InFlight {

    private final Map<String, Map<String, ChatCall>> byConnection = new ConcurrentHashMap<>();
    private final int mostPerConnection;

    public InFlight(int mostPerConnection) {
        this.mostPerConnection = mostPerConnection;
    }

    /** A connection is there; calls on it can be added from now on. */
    public void opened(String connection) {
        byConnection.put(connection, new ConcurrentHashMap<>());
    }

    /** A connection has gone: all its calls are cancelled. */
    public void closed(String connection) {
        Map<String, ChatCall> calls = byConnection.remove(connection);
        if (calls != null) {
            calls.values().forEach(ChatCall::leave);
        }
    }

    /**
     * Keeps the call until its last event is out. Until then it can be cancelled, in vain if it has ended, and once it has
     * ended its id may be taken anew.
     *
     * @throws RejectedException if one of its id is in flight on this connection
     * @throws UnavailableException if too many are in flight on it
     */
    public void add(String connection, ChatCall call) {
        Map<String, ChatCall> calls = byConnection.getOrDefault(connection, Map.of());
        if (calls.size() >= mostPerConnection && running(calls) >= mostPerConnection) {
            throw new UnavailableException(
                    ErrorCode.OVERLOADED,
                    mostPerConnection + " requests are in flight on this connection, the most that"
                            + " caravan.websocket.max-in-flight allows");
        }
        if (!byConnection.containsKey(connection)) {
            call.leave();
            return;
        }
        ChatCall holder = calls.compute(call.id(), (id, before) -> before == null || before.ended() ? call : before);
        if (!call.equals(holder)) {
            throw RejectedException.invalid("request_id \"" + call.id() + "\" is in flight already");
        }
        call.whenOver(() -> calls.remove(call.id(), call));
    }

    /** Keeps the call likewise, in the place of one of its id that is still in flight: that one is left. */
    public void takeOver(String connection, ChatCall call) {
        find(connection, call.id()).ifPresent(before -> {
            before.leave();
            before.over();
        });
        add(connection, call);
    }

    /** Those whose last event is on its way do not count: their callers may know it already. */
    private static long running(Map<String, ChatCall> calls) {
        return calls.values().stream().filter(call -> !call.ended()).count();
    }

    /** The call of this id on this connection, if it is in flight. */
    public Optional<ChatCall> find(String connection, String id) {
        return Optional.ofNullable(
                byConnection.getOrDefault(connection, Map.of()).get(id));
    }

    /** Connections that are known. */
    public int connections() {
        return byConnection.size();
    }

    /** Does this with every call there is. */
    public void forEach(Consumer<ChatCall> action) {
        byConnection.values().forEach(calls -> calls.values().forEach(action));
    }
}
