package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.caravan.failure.StreamException;

/** Bytes in an answer that are not what they should be. Says where and of what kind, and never quotes them. */
public final class Garbage {

    private Garbage() {}

    /** The failure it is that a line, which begins at {@code from}, cannot be read. */
    public static StreamException at(long line, byte[] bytes, int from, int length) {
        return StreamException.protocol("Line " + line + " of the answer " + kind(bytes, from, length), null);
    }

    private static String kind(byte[] bytes, int from, int length) {
        String begin = new String(bytes, from, Math.min(length, 5), ISO_8859_1);
        if (begin.startsWith("<")) {
            return WebPage.WORDS;
        }
        if (begin.equals("data:") || begin.equals("event")) {
            return "is an event of a stream in OpenAI's or Anthropic's format; check the provider's type setting";
        }
        return "is not the JSON it should be";
    }
}
