package io.caravan.dialect;

import io.caravan.failure.StreamException;

/** Why a model stopped writing, in the four words all dialects share. */
public final class FinishReason {

    private FinishReason() {}

    /**
     * The shared word for a server's own. Calls for tools count for more than what the server says, except where it cut
     * the answer short.
     *
     * @throws StreamException for words that say the server gave up
     */
    public static String of(String said, boolean called) {
        return switch (said) {
            case "length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded" ->
                "length";
            case "content_filter", "refusal", "safety" -> "content_filter";
            case "tool_calls", "function_call", "tool_use" -> "tool_calls";
            case "error", "abort", "aborted", "cancelled", "insufficient_system_resource", "pause_turn" ->
                throw StreamException.interrupted(
                        "The model's server gave up in the middle of the answer: " + said, null);
            default -> called ? "tool_calls" : "stop";
        };
    }
}
