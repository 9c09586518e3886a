package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.ChatCall;
import io.caravan.chat.Progress;
import io.caravan.chat.Usage;
import io.caravan.failure.CaravanException;
import io.caravan.openai.Completions;
import java.time.Instant;
import java.util.Optional;

/** Makes the result of a line out of how its question ended. */
public final class LineResults {

    private static final int OK = 200;

    private LineResults() {}

    /**
     * The line was answered.
     *
     * @param before calls to providers that were made for it before this one
     */
    public static LineResult answered(String batch, int line, int before, ChatCall call) {
        Progress progress = call.progress();
        Usage usage = progress.usage();
        JsonNode completion = Completions.completion(
                call.id(), Instant.now(), progress.model(), progress.wholeText(), progress.finishReason(), usage);
        return new LineResult(
                batch,
                line,
                before + progress.attempts(),
                Optional.of(response(OK, call.id(), completion)),
                Optional.empty(),
                usage.promptTokens(),
                usage.completionTokens());
    }

    /** The line cannot be answered. */
    public static LineResult failed(String batch, int line, int attempts, String requestId, CaravanException why) {
        return new LineResult(
                batch,
                line,
                attempts,
                Optional.of(response(why.code().status(), requestId, Completions.error(why))),
                Optional.of(new LineError(why.code().wireName(), String.valueOf(why.getMessage()))),
                0,
                0);
    }

    private static String response(int status, String requestId, JsonNode body) {
        ObjectNode response = JsonNodeFactory.instance.objectNode();
        response.put("status_code", status).put("request_id", requestId).set("body", body);
        return response.toString();
    }
}
