package io.caravan.llm;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.Usage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one event of an answer in OpenAI's format says, or the whole answer in one document: there the {@code delta} is
 * called {@code message}. Choices but the first are passed over. Used again for each event.
 */
final class OpenAiChunk implements Json.Reader {

    /** A tool call or a piece of one. {@code index} is -1 where the server gave none. */
    record CallFragment(int index, String id, String name, JsonNode arguments) {}

    String text = "";
    String refusal = "";
    String thinking = "";
    String finishReason = "";
    boolean hasChoices;
    final List<CallFragment> calls = new ArrayList<>(1);
    Optional<Usage> usage = Optional.empty();
    Optional<ServerError> error = Optional.empty();

    private int choice;
    private String choiceText = "";
    private String choiceRefusal = "";
    private String choiceThinking = "";
    private String choiceFinish = "";
    private final List<CallFragment> choiceCalls = new ArrayList<>(1);

    @Override
    public void read(JsonParser json) throws IOException {
        clear();
        String object = "";
        String message = "";
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "choices" -> choices(json);
                case "usage" -> usage(json);
                case "error" -> error(json);
                case "object" -> object = Json.text(json);
                case "message" -> message = Json.text(json);
                default -> json.skipChildren();
            }
        }
        if (object.equals("error") && error.isEmpty()) {
            error = Optional.of(new ServerError(message, "", ""));
        }
    }

    private void clear() {
        text = "";
        refusal = "";
        thinking = "";
        finishReason = "";
        hasChoices = false;
        calls.clear();
        usage = Optional.empty();
        error = Optional.empty();
    }

    private void choices(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                hasChoices = true;
                choice(json);
            } else {
                json.skipChildren();
            }
        }
    }

    /** Which choice it is may be said last. */
    private void choice(JsonParser json) throws IOException {
        choice = 0;
        choiceText = "";
        choiceRefusal = "";
        choiceThinking = "";
        choiceFinish = "";
        choiceCalls.clear();
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "index" -> choice = (int) Json.count(json);
                case "delta", "message" -> delta(json);
                case "finish_reason" -> choiceFinish = Json.text(json);
                default -> json.skipChildren();
            }
        }
        if (choice == 0) {
            text = choiceText;
            refusal = choiceRefusal;
            thinking = choiceThinking;
            finishReason = choiceFinish;
            calls.addAll(choiceCalls);
        }
    }

    private void delta(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "content" -> content(json);
                case "refusal" -> choiceRefusal = Json.text(json);
                case "reasoning_content", "reasoning", "thinking" -> thinking(Json.text(json));
                case "tool_calls" -> fragments(json);
                case "function_call" -> legacyCall(json);
                default -> json.skipChildren();
            }
        }
    }

    /** A text; with some servers a list of parts. */
    private void content(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            choiceText = Json.text(json);
            return;
        }
        for (JsonNode part : Json.tree(json)) {
            choiceText += part.path("text").asText("");
            for (JsonNode thought : part.path("thinking")) {
                choiceThinking += thought.path("text").asText("");
            }
        }
    }

    /** Some servers say the same under two names. */
    private void thinking(String said) {
        if (choiceThinking.isEmpty()) {
            choiceThinking = said;
        }
    }

    private void fragments(JsonParser json) throws IOException {
        for (JsonNode call : Json.tree(json)) {
            JsonNode function = call.path(call.has("custom") ? "custom" : "function");
            JsonNode arguments = function.has("input") ? function.path("input") : function.path("arguments");
            choiceCalls.add(new CallFragment(
                    call.path("index").asInt(-1),
                    call.path("id").asText(""),
                    function.path("name").asText(""),
                    arguments));
        }
    }

    private void legacyCall(JsonParser json) throws IOException {
        JsonNode function = Json.tree(json);
        if (function.isObject()) {
            choiceCalls.add(new CallFragment(0, "", function.path("name").asText(""), function.path("arguments")));
        }
    }

    private void usage(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        long prompt = 0;
        long completion = 0;
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "prompt_tokens" -> prompt = Json.count(json);
                case "completion_tokens" -> completion = Json.count(json);
                default -> json.skipChildren();
            }
        }
        usage = Optional.of(new Usage(prompt, completion));
    }

    private void error(JsonParser json) throws IOException {
        JsonNode said = Json.tree(json);
        if (ServerError.isError(said)) {
            error = Optional.of(ServerError.of(said));
        }
    }
}
