package io.caravan.llm;

import io.caravan.failure.StreamException;
import java.util.Locale;
import java.util.Optional;

/** The page of a proxy or of a wrong url where an answer should be: known by its content type, so not read at all. */
final class WebPage implements AnswerReader {

    static final String WORDS = "is a web page; check the provider's url setting and what stands before the server";

    static boolean is(String contentType) {
        return contentType.strip().toLowerCase(Locale.ROOT).startsWith("text/html");
    }

    @Override
    public Optional<Finish> read() {
        throw StreamException.protocol("The answer " + WORDS, null);
    }

    @Override
    public void drain(int most) {}
}
