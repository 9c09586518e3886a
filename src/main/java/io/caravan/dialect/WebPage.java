package io.caravan.dialect;

import io.caravan.failure.StreamException;
import java.util.Locale;
import java.util.Optional;

/** The page of a proxy or of a wrong url where an answer should be: known by its content type, so not read at all. */
public final class WebPage implements AnswerReader {

    static final String WORDS = "is a web page; check the provider's url setting and what stands before the server";

    /** Whether a body of this type is such a page. */
    public static boolean is(String contentType) {
        return contentType.strip().toLowerCase(Locale.ROOT).startsWith("text/html");
    }

    @Override
    public Optional<Finish> read() {
        throw StreamException.protocol("The answer " + WORDS, null);
    }

    @Override
    public void drain(int most) {}
}
