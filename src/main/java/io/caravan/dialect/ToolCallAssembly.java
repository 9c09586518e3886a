package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the tool calls of one choice together from their fragments, which belong together by their index. Servers that
 * give no index, or always the same, begin a new call with a new id and a name. Not thread-safe.
 */
public final class ToolCallAssembly {

    private static final class Call {
        private final int index;
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();

        private Call(int index) {
            this.index = index;
        }

        private void add(CallFragment fragment) {
            id = id.isEmpty() ? fragment.id() : id;
            name = name.isEmpty() ? fragment.name() : name;
            JsonNode piece = fragment.arguments();
            if (piece.isTextual()) {
                arguments.append(piece.textValue());
            } else if (!piece.isNull() && !piece.isMissingNode()) {
                arguments.append(piece);
            }
        }

        private boolean isAnotherThan(CallFragment fragment) {
            boolean otherId = !id.isEmpty() && !fragment.id().isEmpty() && !id.equals(fragment.id());
            boolean otherName = !name.isEmpty() && !name.equals(fragment.name());
            boolean whole = fragment.index() < 0 && fragment.id().isEmpty() && !name.isEmpty();
            return !fragment.name().isEmpty() && (otherId || otherName || whole);
        }

        private ToolCall whole() {
            return WholeCall.of(id, name, ToolArguments.of(arguments.toString()));
        }
    }

    private final List<Call> calls = new ArrayList<>(1);

    /** Takes the next fragment. */
    public void add(CallFragment fragment) {
        Call call = callOf(fragment)
                .filter(begun -> !begun.isAnotherThan(fragment))
                .orElseGet(() -> begin(fragment.index()));
        call.add(fragment);
    }

    /** Whether no call has begun. */
    public boolean isEmpty() {
        return calls.isEmpty();
    }

    /** All calls, in the order they began. */
    public List<ToolCall> whole() {
        return calls.stream().map(Call::whole).toList();
    }

    /** Those calls whose arguments are there to the last brace: of an answer that was cut short no other may be run. */
    public List<ToolCall> complete() {
        return calls.stream()
                .filter(call -> !call.name.isEmpty() && !call.arguments.isEmpty())
                .map(Call::whole)
                .filter(call -> call.arguments().isObject())
                .toList();
    }

    private Call begin(int index) {
        Call call = new Call(index);
        calls.add(call);
        return call;
    }

    /** The last call the fragment may belong to: by its index, else by its id, else the last there is. */
    private Optional<Call> callOf(CallFragment fragment) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            Call call = calls.get(i);
            boolean same = fragment.index() >= 0
                    ? call.index == fragment.index()
                    : fragment.id().isEmpty() || call.id.isEmpty() || call.id.equals(fragment.id());
            if (same) {
                return Optional.of(call);
            }
        }
        return Optional.empty();
    }
}
