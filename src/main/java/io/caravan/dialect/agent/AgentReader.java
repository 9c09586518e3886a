package io.caravan.dialect.agent;

import io.caravan.dialect.AnswerReader;
import io.caravan.dialect.Finish;
import io.caravan.failure.StreamException;
import io.caravan.settings.AgentSettings;
import java.io.IOException;
import java.util.Optional;

/**
 * An agent's answer in events. It ends with the last event its shape has, with {@code [DONE]}, or with what the settings
 * name; that the stream ends is an end only where the shape has no other, or the settings say so.
 */
final class AgentReader implements AnswerReader {

    private final AgentFrames frames;
    private final AgentShape shape;
    private final AgentChunks chunks;
    private final String end;
    private final boolean document;
    private boolean heard;

    /** @param document whether the answer is said to be one JSON document, no stream */
    AgentReader(AgentFrames frames, AgentSettings settings, boolean document, AgentChunks chunks) {
        this.frames = frames;
        this.chunks = chunks;
        this.end = settings.end().orElse("");
        this.document = document;
        this.shape = shape(settings, document, chunks);
    }

    private static AgentShape shape(AgentSettings settings, boolean document, AgentChunks chunks) {
        return switch (settings.shape()) {
            case JSON -> new JsonShape(settings, chunks);
            case TEXT -> document ? new AutoShape(settings, chunks) : new TextShape(settings, chunks);
            case AG_UI -> document ? new AutoShape(settings, chunks) : new AgUiShape(chunks);
            case VERCEL -> document ? new AutoShape(settings, chunks) : new VercelShape(chunks);
            case AUTO -> new AutoShape(settings, chunks);
        };
    }

    @Override
    public Optional<Finish> read() throws IOException {
        Optional<AgentEvent> next = frames.next();
        if (next.isEmpty()) {
            return Optional.of(atTheEndOfTheStream());
        }
        AgentEvent event = next.get();
        heard = true;
        if (event.isDone() || isEnd(event)) {
            return Optional.of(chunks.finish("stop"));
        }
        return shape.take(event);
    }

    @Override
    public void drain(int most) throws IOException {
        frames.drain(most);
    }

    private Finish atTheEndOfTheStream() {
        if (!mayEndHere() || frames.isCutOff()) {
            throw frames.cutShort();
        }
        if (heard && !chunks.answered()) {
            throw StreamException.protocol(
                    "No text was found in the answer; check the provider's text-pointer and text-event settings", null);
        }
        return chunks.finish("stop");
    }

    private boolean isEnd(AgentEvent event) {
        return !end.isEmpty() && (event.is(end) || event.text().equals(end));
    }

    private boolean mayEndHere() {
        return end.equals(AgentSettings.END_OF_STREAM) || (shape.endsWithItsStream() && (end.isEmpty() || document));
    }
}
