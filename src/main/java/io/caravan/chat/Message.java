package io.caravan.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * One turn of a conversation.
 *
 * @param toolCalls the tools an assistant turn asks for, in order; empty for every other role
 * @param toolCallId for a {@code tool} turn: the call it answers
 * @param isError for a {@code tool} turn: whether the call failed, with the content as the reason
 * @param kept for an assistant turn: what its server wants back unchanged, such as signed thoughts; an object whose fields
 *     are the types of providers, so that another kind of server finds nothing of its own
 */
public record Message(
        Role role,
        String content,
        List<ChatEvent.ToolCall> toolCalls,
        Optional<String> toolCallId,
        boolean isError,
        Optional<JsonNode> kept) {

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

    public Message(Role role, String content, List<ChatEvent.ToolCall> toolCalls, Optional<String> toolCallId) {
        this(role, content, toolCalls, toolCallId, false, Optional.empty());
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

    /** What the assistant said, and the tools it asked for with it. */
    public static Message calling(String content, List<ChatEvent.ToolCall> calls, Optional<JsonNode> kept) {
        return new Message(Role.ASSISTANT, content, calls, Optional.empty(), false, kept);
    }

    /** What came of a call. */
    public static Message result(ChatEvent.ToolResult result) {
        return new Message(
                Role.TOOL,
                result.result(),
                List.of(),
                Optional.of(result.callId()),
                result.isError(),
                Optional.empty());
    }
}
