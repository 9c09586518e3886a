package io.caravan.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatRequest;
import io.caravan.dialect.Answer;
import io.caravan.dialect.Dialect;
import io.caravan.dialect.Json;
import io.caravan.dialect.Judgement;
import io.caravan.dialect.ModelNames;
import io.caravan.dialect.ServerError;
import io.caravan.dialect.StreamedAnswer;
import io.caravan.dialect.ToolSchema;
import io.caravan.dialect.ToolSchemas;
import io.caravan.dialect.WebPage;
import io.caravan.failure.CaravanException;
import io.caravan.settings.StreamOptions;
import io.caravan.stream.SseEvents;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * The wire format of OpenAI and of the many servers compatible with it: {@code POST /chat/completions}, answered as
 * server-sent events, and {@code GET /models}, both under the {@code /v1} of the server.
 */
public final class OpenAi implements Dialect {

    /** In bytes; the longest line of Ollama is some 8 MB. */
    private static final int LIMIT = 16 * 1024 * 1024;

    private final int eventLimit;
    private final StreamOptions streamOptions;
    private final ToolSchemas schemas = new ToolSchemas("openai", ToolSchema::withFewReferences);

    public OpenAi() {
        this(StreamOptions.USAGE);
    }

    /** @param streamOptions what a server is asked for beside the stream */
    public OpenAi(StreamOptions streamOptions) {
        this(LIMIT, streamOptions);
    }

    /** @param eventLimit how long an event of an answer may be, in bytes */
    public OpenAi(int eventLimit) {
        this(eventLimit, StreamOptions.USAGE);
    }

    private OpenAi(int eventLimit, StreamOptions streamOptions) {
        this.eventLimit = eventLimit;
        this.streamOptions = streamOptions;
    }

    @Override
    public byte[] encode(ChatRequest request, String model) {
        return Json.write(new OpenAiRequest(request, model, schemas, streamOptions));
    }

    @Override
    public Answer decode(InputStream body, String contentType) {
        if (WebPage.is(contentType)) {
            return new StreamedAnswer(out -> new WebPage(), body);
        }
        OpenAiEvents events = new OpenAiEvents(new SseEvents(body, eventLimit));
        return new StreamedAnswer(out -> new OpenAiReader(events, out), body);
    }

    @Override
    public CaravanException failure(int status, Map<String, String> headers, byte[] body) {
        return Judgement.of(status, headers, ServerError.in(body));
    }

    @Override
    public String modelsPath() {
        return "/models";
    }

    @Override
    public List<String> models(InputStream body) throws IOException {
        JsonNode answer = Json.tree(body.readNBytes(eventLimit));
        return ModelNames.in(answer.isArray() ? answer : answer.path("data"), "id");
    }
}
