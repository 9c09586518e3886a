package io.caravan.demo;

import java.util.List;

/**
 * What the scripted model says to one question: thoughts, then text, then tool calls.
 *
 * @param whole false if the text was cut at the length the question allows
 */
public record Reply(Words thoughts, Words words, List<ToolCall> calls, Pace pace, boolean whole) {

    public Reply {
        calls = List.copyOf(calls);
    }

    /** A text at a pace. */
    public static Reply of(Words words, Pace pace) {
        return new Reply(Words.NONE, words, List.of(), pace, true);
    }

    /** Tool calls and no text. */
    public static Reply calling(List<ToolCall> calls, Pace pace) {
        return new Reply(Words.NONE, Words.NONE, calls, pace, true);
    }

    /** The same after some thinking. */
    public Reply thinking(Words thoughts) {
        return new Reply(thoughts, words, calls, pace, whole);
    }

    /** The same with another text. */
    public Reply saying(Words words) {
        return new Reply(thoughts, words, calls, pace, whole);
    }

    /** The same at another pace. */
    public Reply at(Pace pace) {
        return new Reply(thoughts, words, calls, pace, whole);
    }

    /** The same with at most so many pieces of text. */
    public Reply limited(int limit) {
        return limit < words.count() ? new Reply(thoughts, words.first(limit), calls, pace, false) : this;
    }

    /** How many pieces the answer has, its terminator not counted. */
    public int pieces() {
        return (int) Math.min(Integer.MAX_VALUE, (long) thoughts.count() + words.count() + calls.size());
    }
}
