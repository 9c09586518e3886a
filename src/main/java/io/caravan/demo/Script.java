package io.caravan.demo;

/** What the scripted model answers. Runs on the event loop, so it must not block. */
@FunctionalInterface
public interface Script {

    /** The same answer to every question. */
    static Script always(Reply reply) {
        return question -> reply;
    }

    /** For measurements: so many chunks at so many a second, each carrying the time it was sent. */
    static Script stamped(int chunks, int perSecond) {
        return always(Reply.of(Words.stamped(chunks), Pace.perSecond(perSecond)));
    }

    /** The answer to a question. */
    Reply answer(Question question);

    /** The same, but going on where the question ends with the beginning of the answer, as Ollama does. */
    default Script continuing() {
        return question -> {
            Reply reply = answer(question);
            String beginning = question.beginning();
            return beginning.isEmpty() ? reply : reply.saying(reply.words().after(beginning));
        };
    }
}
