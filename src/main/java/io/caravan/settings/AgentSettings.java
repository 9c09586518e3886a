package io.caravan.settings;

import java.util.Optional;

/**
 * How an agent backend is asked, and how its answer is read: there is no one wire format for these.
 *
 * @param path behind the provider's URL, with a slash at its beginning
 * @param shape of the answer
 * @param request the shape of the question
 * @param textPointer where in each JSON document of the answer its text lies, a JSON Pointer; absent: in a usual place
 * @param textEvent the events of the answer that hold its text, by name or type; absent: all
 * @param text what each of these texts is
 * @param end what ends a stream; absent: what its shape says
 */
public record AgentSettings(
        String path,
        Shape shape,
        AgentRequestShape request,
        Optional<String> textPointer,
        Optional<String> textEvent,
        Text text,
        Optional<String> end) {

    /** The word for {@link #end} that lets a stream end without a last event. */
    public static final String END_OF_STREAM = "eof";

    /** What an answer looks like. */
    public enum Shape {
        /** Any of the others, recognised by its content. */
        AUTO,
        /** The events of the AG-UI protocol. */
        AG_UI,
        /** The UI message stream of Vercel's AI SDK. */
        VERCEL,
        /** JSON of any kind: one document, or one each event or line. */
        JSON,
        /** Text as it is. */
        TEXT
    }

    /** What a text in the middle of an answer is. */
    public enum Text {
        /** What is new. */
        DELTA,
        /** All so far. */
        SNAPSHOT
    }
}
