package io.caravan.chat;

/** What a WebSocket client asks for. */
public sealed interface Action {

    /** The action as it is called in JSON. */
    String name();

    /** Answer a question. */
    record Chat(ChatRequest request) implements Action {
        @Override
        public String name() {
            return "chat";
        }
    }

    /** Decide on a call of a tool that waits for it. */
    record Decide(String callId, boolean approved) implements Action {
        @Override
        public String name() {
            return "decide";
        }
    }

    /** An action without a payload; its name is the one in JSON. */
    record Plain(String name) implements Action {}
}
