package io.caravan.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.RejectedException;

/**
 * One frame of a WebSocket client, read as far as its {@code request_id}, so that whatever is wrong with the rest can be
 * answered under that id.
 *
 * @param requestId names the request within its connection: 1 to 128 characters
 */
public record Frame(String requestId, JsonNode json) {

    private static final int LONGEST_ID = 128;
    private static final int LONGEST_QUOTE = 40;

    /**
     * The frame in a text.
     *
     * @throws RejectedException if it is not a JSON object with a {@code request_id}
     */
    public static Frame read(String text) {
        JsonNode json;
        try {
            json = Json.STRICT.readTree(text);
        } catch (JsonProcessingException e) {
            throw RejectedException.invalid("the frame is not valid JSON: " + Json.problem(e));
        }
        if (!json.isObject()) {
            throw RejectedException.invalid("the frame must be a JSON object");
        }
        JsonNode id = json.path("request_id");
        if (!id.isTextual()
                || id.textValue().isEmpty()
                || id.textValue().codePointCount(0, id.textValue().length()) > LONGEST_ID) {
            throw RejectedException.invalid("request_id must be a text of 1 to " + LONGEST_ID + " characters");
        }
        return new Frame(id.textValue(), json);
    }

    /**
     * What the frame asks for.
     *
     * @throws RejectedException if it breaks the contract
     */
    public Action action() {
        Fields fields = Fields.of(json, "", "action", "request_id", "payload", "call_id");
        String action = fields.requiredText("action");
        boolean decides = action.equals("approve") || action.equals("reject");
        if (!decides && fields.value("call_id").isPresent()) {
            throw RejectedException.invalid("call_id belongs to the actions approve and reject");
        }
        if (!action.equals("chat") && fields.value("payload").isPresent()) {
            throw RejectedException.invalid("payload belongs to the action chat");
        }
        return switch (action) {
            case "chat" -> new Action.Chat(ChatRequests.read(fields.required("payload"), "payload"));
            case "approve", "reject" -> new Action.Decide(fields.requiredText("call_id"), action.equals("approve"));
            case "cancel", "models", "ping" -> new Action.Plain(action);
            default ->
                throw RejectedException.invalid("action must be chat, cancel, approve, reject, models or ping, not \""
                        + shortened(action) + "\"");
        };
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    }
}
