package io.caravan.dialect.agent;

import io.caravan.dialect.Finish;
import io.caravan.dialect.Judgement;
import io.caravan.dialect.ServerError;
import io.caravan.settings.AgentSettings;
import java.util.Optional;

/** Events whose data is the text itself. */
final class TextShape implements AgentShape {

    private final Optional<String> only;
    private final AgentPieces pieces;

    TextShape(AgentSettings settings, AgentChunks chunks) {
        this.only = settings.textEvent();
        this.pieces = new AgentPieces(settings.text(), chunks);
    }

    @Override
    public Optional<Finish> take(AgentEvent event) {
        if (event.is("error")) {
            throw Judgement.of(event.error().orElseGet(() -> new ServerError(event.text(), "", "")));
        }
        if (only.isEmpty() || event.is(only.get())) {
            pieces.add(event.text());
        }
        return Optional.empty();
    }

    @Override
    public boolean endsWithItsStream() {
        return true;
    }
}
