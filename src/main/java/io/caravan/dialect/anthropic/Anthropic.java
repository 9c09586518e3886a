package io.caravan.dialect.anthropic;

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
import io.caravan.stream.SseEvents;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Anthropic's wire format: {@code POST /v1/messages}, answered as server-sent events, and {@code GET /v1/models}. A key
 * is shown as {@code x-api-key}.
 */
public final class Anthropic implements Dialect {

    private static final Pattern DAY = Pattern.compile("-20[0-9]{6}");

    private static final String VERSION = "2023-06-01";

    /** In bytes; as much as the other formats are granted. */
    private static final int LIMIT = 16 * 1024 * 1024;

    private final int eventLimit;
    private final ToolSchemas schemas = new ToolSchemas("anthropic", ToolSchema::withFewReferences);

    public Anthropic() {
        this(LIMIT);
    }

    /** @param eventLimit how long an event of an answer may be, in bytes */
    public Anthropic(int eventLimit) {
        this.eventLimit = eventLimit;
    }

    @Override
    public byte[] encode(ChatRequest request, String model) {
        return Json.write(new AnthropicRequest(request, model, schemas));
    }

    @Override
    public Map<String, String> headers(Optional<String> apiKey) {
        Map<String, String> headers = new LinkedHashMap<>();
        apiKey.ifPresent(key -> headers.put("x-api-key", key));
        headers.put("anthropic-version", VERSION);
        return headers;
    }

    @Override
    public Answer decode(InputStream body, String contentType) {
        if (WebPage.is(contentType)) {
            return new StreamedAnswer(out -> new WebPage(), body);
        }
        AnthropicEvents events = new AnthropicEvents(new SseEvents(body, eventLimit));
        return new StreamedAnswer(out -> new AnthropicReader(events, out), body);
    }

    @Override
    public CaravanException failure(int status, Map<String, String> headers, byte[] body) {
        return Judgement.of(status, headers, ServerError.in(body));
    }

    /** Its list has the day of a model behind the name, which may be left out. */
    @Override
    public boolean means(String model, String listed) {
        return listed.equals(model)
                || (listed.startsWith(model)
                        && DAY.matcher(listed.substring(model.length())).matches());
    }

    @Override
    public String modelsPath() {
        return "/v1/models";
    }

    @Override
    public List<String> models(InputStream body) throws IOException {
        JsonNode answer = Json.tree(body.readNBytes(eventLimit));
        return ModelNames.in(answer.path("data"), "id");
    }
}
