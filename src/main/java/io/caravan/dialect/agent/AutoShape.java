package io.caravan.dialect.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dialect.Finish;
import io.caravan.settings.AgentSettings;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out the shape of an answer by its first event that tells. */
final class AutoShape implements AgentShape {

    private static final Set<String> VERCEL = Set.of(
            "start-step",
            "finish-step",
            "finish",
            "abort",
            "message-metadata",
            "source-url",
            "source-document",
            "file");
    private static final String[] VERCEL_BEGINNINGS = {"text-", "reasoning-", "tool-", "data-"};

    /** Vercel's first event, and that of many others. */
    private static final String TELLS_NOTHING = "start";

    private final AgentSettings settings;
    private final AgentChunks chunks;
    private @Nullable AgentShape found;

    AutoShape(AgentSettings settings, AgentChunks chunks) {
        this.settings = settings;
        this.chunks = chunks;
    }

    @Override
    public Optional<Finish> take(AgentEvent event) {
        event.throwError();
        if (found == null && event.type().equals(TELLS_NOTHING)) {
            return Optional.empty();
        }
        if (found == null) {
            found = shapeOf(event);
        }
        return found.take(event);
    }

    @Override
    public boolean endsWithItsStream() {
        return found != null && found.endsWithItsStream();
    }

    private AgentShape shapeOf(AgentEvent event) {
        String type = event.type();
        if (type.matches("[A-Z]+(_[A-Z]+)+|CUSTOM|RAW")) {
            return new AgUiShape(chunks);
        }
        if (VERCEL.contains(type) || startsLikeVercel(type)) {
            return new VercelShape(chunks);
        }
        boolean json = event.json().filter(AutoShape::holdsText).isPresent();
        return json ? new JsonShape(settings, chunks) : new TextShape(settings, chunks);
    }

    private static boolean holdsText(JsonNode json) {
        return json.isObject() || json.isTextual();
    }

    private static boolean startsLikeVercel(String type) {
        for (String beginning : VERCEL_BEGINNINGS) {
            if (type.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }
}
