package io.caravan.dialect.agent;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dialect.Finish;
import io.caravan.dialect.Json;
import io.caravan.settings.AgentSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** JSON of no known protocol: a document, or one each event or line, with the text in a place that can be set. */
final class JsonShape implements AgentShape {

    /** Where agents have their text, if nothing is set. */
    private static final List<JsonPointer> USUAL = Stream.of(
                    "/output",
                    "/delta",
                    "/text",
                    "/content",
                    "/token",
                    "/answer",
                    "/response",
                    "/result",
                    "/reply",
                    "/message",
                    "/message/content",
                    "/data")
            .map(JsonPointer::compile)
            .toList();

    /** Where an answer may be a whole object. */
    private static final List<JsonPointer> STRUCTURED =
            List.of(JsonPointer.compile("/output"), JsonPointer.compile("/result"));

    private final Optional<JsonPointer> place;
    private final Optional<String> only;
    private final AgentPieces pieces;
    private final AgentChunks chunks;

    JsonShape(AgentSettings settings, AgentChunks chunks) {
        this.place = settings.textPointer().map(JsonPointer::compile);
        this.only = settings.textEvent();
        this.pieces = new AgentPieces(settings.text(), chunks);
        this.chunks = chunks;
    }

    @Override
    public Optional<Finish> take(AgentEvent event) {
        event.throwError();
        Optional<JsonNode> json = event.json().or(event::object);
        if (json.isPresent()) {
            chunks.usage(json.get().path("usage"));
            if (only.isEmpty() || event.is(only.get())) {
                text(json.get()).ifPresent(pieces::add);
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean endsWithItsStream() {
        return true;
    }

    private Optional<String> text(JsonNode json) {
        if (place.isPresent()) {
            JsonNode found = json.at(place.get());
            return found.isMissingNode() || found.isNull() ? Optional.empty() : Optional.of(Json.asText(found));
        }
        if (json.isTextual()) {
            return Optional.of(json.textValue());
        }
        return Stream.concat(
                        USUAL.stream().map(json::at).filter(JsonNode::isTextual),
                        STRUCTURED.stream().map(json::at).filter(JsonNode::isContainerNode))
                .map(Json::asText)
                .findFirst();
    }
}
