package io.caravan.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.Usage;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import java.time.Instant;

/** Answers and errors in OpenAI's wire format. */
public final class Completions {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Completions() {}

    /** A whole answer: OpenAI's {@code chat.completion}. */
    public static ObjectNode completion(
            String requestId, Instant created, String model, String text, String finishReason, Usage usage) {
        ObjectNode completion = JSON.objectNode();
        completion
                .put("id", "chatcmpl-" + requestId)
                .put("object", "chat.completion")
                .put("created", created.getEpochSecond())
                .put("model", model);
        ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
        choice.putObject("message")
                .put("role", "assistant")
                .put("content", text)
                .putNull("refusal");
        choice.putNull("logprobs").put("finish_reason", finishReason);
        completion
                .putObject("usage")
                .put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.completionTokens())
                .put("total_tokens", usage.totalTokens());
        return completion;
    }

    /** An error as OpenAI answers it. */
    public static ObjectNode error(CaravanException why) {
        ObjectNode body = JSON.objectNode();
        body.putObject("error")
                .put("message", why.getMessage())
                .put("type", type(why.code()))
                .putNull("param")
                .put("code", why.code().wireName());
        return body;
    }

    private static String type(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST, MODEL_NOT_FOUND, CANCELLED -> "invalid_request_error";
            case UNAUTHORIZED -> "authentication_error";
            case RATE_LIMITED -> "rate_limit_error";
            default -> "server_error";
        };
    }
}
