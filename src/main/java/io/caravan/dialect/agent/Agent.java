package io.caravan.dialect.agent;

import io.caravan.chat.ChatRequest;
import io.caravan.dialect.Answer;
import io.caravan.dialect.Dialect;
import io.caravan.dialect.Json;
import io.caravan.dialect.Judgement;
import io.caravan.dialect.ServerError;
import io.caravan.dialect.StreamedAnswer;
import io.caravan.dialect.WebPage;
import io.caravan.failure.CaravanException;
import io.caravan.failure.RejectedException;
import io.caravan.settings.AgentSettings;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What agent backends speak: programs of a team's own behind {@code POST /run} or {@code POST /stream}, as they are
 * built with pydantic-ai, the AI SDK or by hand. AG-UI and Vercel's UI message stream are recognised by their content;
 * what is neither is JSON or text, and the settings say where in it the answer lies.
 */
public final class Agent implements Dialect {

    /** What the model is called where none is set: an agent has its own. */
    public static final String ONLY_MODEL = "default";

    /** In bytes; as long as an event may be with the other dialects. */
    private static final int LIMIT = 16 * 1024 * 1024;

    private final AgentSettings settings;
    private final int eventLimit;

    public Agent(AgentSettings settings) {
        this(settings, LIMIT);
    }

    /** @param eventLimit how long an event or a document of an answer may be, in bytes */
    public Agent(AgentSettings settings, int eventLimit) {
        this.settings = settings;
        this.eventLimit = eventLimit;
    }

    @Override
    public byte[] encode(ChatRequest request, String model) {
        Optional<String> named = Optional.of(model).filter(name -> !name.equals(ONLY_MODEL));
        return Json.write(AgentBody.of(settings.request(), new AgentQuestion(request, named)));
    }

    /** An agent has tools of its own, and runs them itself. */
    @Override
    public boolean takesTools() {
        return false;
    }

    @Override
    public Map<String, String> headers(Optional<String> apiKey) {
        Map<String, String> headers = new HashMap<>(Dialect.super.headers(apiKey));
        headers.put("Accept", "text/event-stream, application/json;q=0.9, */*;q=0.5");
        return headers;
    }

    @Override
    public Answer decode(InputStream body, String contentType) {
        String type = contentType.strip().toLowerCase(Locale.ROOT);
        if (WebPage.is(type)) {
            return new StreamedAnswer(out -> new WebPage(), body);
        }
        if (isText(type)) {
            return new StreamedAnswer(out -> new AgentText(body, out), body);
        }
        AgentFrames frames = new AgentFrames(body, eventLimit);
        boolean document = type.startsWith("application/json");
        return new StreamedAnswer(out -> new AgentReader(frames, settings, document, new AgentChunks(out)), body);
    }

    /** Text as it is, in no events. */
    private boolean isText(String type) {
        boolean framed = type.startsWith("text/event-stream") || type.startsWith("application/");
        return switch (settings.shape()) {
            case TEXT -> !framed || type.startsWith("application/octet-stream");
            case AUTO -> type.startsWith("text/") && !framed;
            default -> false;
        };
    }

    @Override
    public CaravanException failure(int status, Map<String, String> headers, byte[] body) {
        ServerError error = ServerError.in(body);
        return switch (status) {
            case 404, 405 ->
                refused(
                        "The agent does not serve this path; check the provider's url and path settings",
                        status,
                        error);
            case 415 ->
                refused(
                        "The agent does not take this kind of body; check the provider's request setting",
                        status,
                        error);
            case 421 ->
                refused(
                        "The agent does not answer under this host name; check the provider's url setting",
                        status,
                        error);
            default -> Judgement.of(status, headers, error);
        };
    }

    private static RejectedException refused(String what, int status, ServerError error) {
        String reason = what + " (" + status + ")";
        String words = error.message().isEmpty() ? reason : reason + ": " + error.message();
        return RejectedException.unserved(words, reason);
    }

    @Override
    public String modelsPath() {
        return "";
    }

    @Override
    public List<String> models(InputStream body) {
        return List.of(ONLY_MODEL);
    }

    @Override
    public Optional<String> onlyModel() {
        return Optional.of(ONLY_MODEL);
    }
}
