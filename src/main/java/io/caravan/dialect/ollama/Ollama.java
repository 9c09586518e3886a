package io.caravan.dialect.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatRequest;
import io.caravan.dialect.Answer;
import io.caravan.dialect.Dialect;
import io.caravan.dialect.Json;
import io.caravan.dialect.Judgement;
import io.caravan.dialect.ModelNames;
import io.caravan.dialect.ServerError;
import io.caravan.dialect.StreamedAnswer;
import io.caravan.dialect.ToolSchemas;
import io.caravan.dialect.WebPage;
import io.caravan.failure.CaravanException;
import io.caravan.stream.NdjsonLines;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Ollama's own wire format: {@code POST /api/chat}, answered as NDJSON, and {@code GET /api/tags}. */
public final class Ollama implements Dialect {

    /** In bytes; the longest line of Ollama is some 8 MB. */
    private static final int LIMIT = 16 * 1024 * 1024;

    private final int lineLimit;
    private final ToolSchemas schemas = new ToolSchemas("ollama", OllamaSchema::of);

    public Ollama() {
        this(LIMIT);
    }

    /** @param lineLimit how long a line of an answer may be, in bytes */
    public Ollama(int lineLimit) {
        this.lineLimit = lineLimit;
    }

    @Override
    public byte[] encode(ChatRequest request, String model) {
        return Json.write(new OllamaRequest(request, model, schemas));
    }

    @Override
    public Answer decode(InputStream body, String contentType) {
        if (WebPage.is(contentType)) {
            return new StreamedAnswer(out -> new WebPage(), body);
        }
        NdjsonLines lines = new NdjsonLines(body, lineLimit);
        return new StreamedAnswer(out -> new OllamaReader(lines, out), body);
    }

    @Override
    public CaravanException failure(int status, Map<String, String> headers, byte[] body) {
        return Judgement.of(status, headers, ServerError.in(body));
    }

    @Override
    public String modelsPath() {
        return "/api/tags";
    }

    @Override
    public List<String> models(InputStream body) throws IOException {
        JsonNode models = Json.tree(body.readNBytes(lineLimit)).path("models");
        return ModelNames.in(models, "name");
    }

    /** Ollama does not mind capitals, and takes a name without a tag for {@code NAME:latest}. */
    @Override
    public boolean means(String model, String listed) {
        return tagged(model).equals(tagged(listed));
    }

    private static String tagged(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
    }
}
