package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;

/** Whether each call in a conversation has its response, and from Gemini 3 on its signature; as strict as Gemini. */
final class GeminiCalls {

    private static final Pattern WANTS_SIGNATURES = Pattern.compile("gemini-(?:[3-9]|[1-9][0-9]).*");
    private static final List<String> SIGNATURES = List.of(GeminiWire.SIGNATURE, "skip_thought_signature_validator");

    private GeminiCalls() {}

    static void check(JsonNode contents, String model) {
        int calls = 0;
        for (JsonNode content : contents) {
            int responses = count(content, "functionResponse");
            if (responses > 0 && calls == 0) {
                throw new Refusal(
                        400, "Please ensure that function response turn comes immediately after a function call turn.");
            }
            if (responses != calls) {
                throw new Refusal(
                        400,
                        "Please ensure that the number of function response parts is equal to the number of function"
                                + " call parts of the function call turn.");
            }
            calls = count(content, "functionCall");
            if (calls > 0 && WANTS_SIGNATURES.matcher(model).matches()) {
                expectSignature(content);
            }
        }
    }

    /** With the first call of a turn. */
    private static void expectSignature(JsonNode content) {
        for (JsonNode part : content.path("parts")) {
            if (part.has("functionCall")) {
                if (!SIGNATURES.contains(part.path("thoughtSignature").asText(""))) {
                    throw new Refusal(400, "Function call is missing a thought_signature in functionCall parts.");
                }
                return;
            }
        }
    }

    private static int count(JsonNode content, String kind) {
        int count = 0;
        for (JsonNode part : content.path("parts")) {
            count += part.has(kind) ? 1 : 0;
        }
        return count;
    }
}
