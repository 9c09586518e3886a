package io.caravan.chat;

import java.util.List;
import java.util.Optional;

/**
 * One turn of a conversation.
 *
 * @param toolCalls the tools an assistant turn asks for, in order; empty for every other role
 * @param toolCallId for a {@code tool} turn: the call it answers
 */
public record Message(Role role, String content, List<ChatEvent.ToolCall> toolCalls, Optional<String> toolCallId) {

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL
    }

    public Message {
        toolCalls = List.copyOf(toolCalls);
    }

    public Message(Role role, String content) {
        this(role, content, List.of(), Optional.empty());
    }

    public static Message system(String content) {
        return new Message(Role.SYSTEM, content);
    }

    public static Message user(String content) {
        return new Message(Role.USER, content);
    }

    public static Message assistant(String content) {
        return new Message(Role.ASSISTANT, content);
    }
}
