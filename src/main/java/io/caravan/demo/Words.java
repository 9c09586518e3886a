package io.caravan.demo;

import java.util.List;
import java.util.function.IntFunction;

/**
 * The pieces of a text, one per chunk, each made when its turn comes.
 *
 * @param count how many there are
 * @param at the piece at an index from 0
 */
public record Words(int count, IntFunction<String> at) {

    /** No piece at all. */
    public static final Words NONE = of(List.of());

    /** A text word by word, each but the first with the white space before it; joined they are the text again. */
    public static Words of(String text) {
        return text.isEmpty() ? NONE : of(List.of(text.split("(?<=\\S)(?=\\s)")));
    }

    /** These pieces. */
    public static Words of(List<String> pieces) {
        List<String> copy = List.copyOf(pieces);
        return new Words(copy.size(), copy::get);
    }

    /**
     * Pieces that say when each was sent: {@link System#nanoTime()} in decimal, with a space before it. That clock is the
     * same for all processes of a Linux machine, so a reader there can take the difference.
     */
    public static Words stamped(int count) {
        return new Words(count, index -> " " + System.nanoTime());
    }

    /** The first pieces only. */
    public Words first(int limit) {
        return limit < count ? new Words(limit, at) : this;
    }

    /** All pieces, joined. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < count; index++) {
            text.append(at.apply(index));
        }
        return text.toString();
    }

    /** What is left after this beginning; everything, where the text begins otherwise. */
    public Words after(String beginning) {
        String text = text();
        return text.startsWith(beginning) ? of(text.substring(beginning.length())) : this;
    }
}
