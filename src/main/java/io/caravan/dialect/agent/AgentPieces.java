package io.caravan.dialect.agent;

import io.caravan.failure.StreamException;
import io.caravan.settings.AgentSettings;

/** Texts of an answer that are what is new, or all there is so far: handed out is what is new. Not thread-safe. */
final class AgentPieces {

    private final boolean snapshots;
    private final AgentChunks chunks;
    private String last = "";

    AgentPieces(AgentSettings.Text text, AgentChunks chunks) {
        this.snapshots = text == AgentSettings.Text.SNAPSHOT;
        this.chunks = chunks;
    }

    void add(String text) {
        if (!snapshots) {
            chunks.text(text);
        } else if (text.startsWith(last)) {
            chunks.text(text.substring(last.length()));
            last = text;
        } else if (!last.startsWith(text)) {
            throw StreamException.protocol(
                    "The answer takes back what it has said; check the provider's text setting", null);
        }
    }
}
