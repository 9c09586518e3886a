package io.caravan.dialect;

import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.ChatEvent.Text;
import io.caravan.chat.ChatEvent.Thinking;
import java.util.function.Consumer;

/**
 * Tells apart what a model thinks from what it answers where its server does not: {@code <think>...</think>} before the
 * text. Holds back only what may be a part of a tag. Not thread-safe.
 */
public final class InlineThinking {

    private static final String OPEN = "<think>";
    private static final String CLOSE = "</think>";

    private enum State {
        BEFORE,
        BEGINS,
        WITHIN,
        ENDED,
        TEXT
    }

    private final Consumer<Chunk> out;
    private State state = State.BEFORE;
    private String held = "";

    /** @param out takes the chunks */
    public InlineThinking(Consumer<Chunk> out) {
        this.out = out;
    }

    /** Takes the next piece of text and hands out what is sure. */
    public void accept(String piece) {
        if (state == State.TEXT) {
            text(piece);
            return;
        }
        String rest = held + piece;
        held = "";
        while (!rest.isEmpty() && state != State.TEXT) {
            rest = step(rest);
        }
        text(rest);
    }

    /** Hands out what was held back: no tag comes any more. */
    public void end() {
        if (state == State.WITHIN) {
            thinking(held);
        } else {
            text(held);
        }
        held = "";
    }

    private String step(String rest) {
        return switch (state) {
            case BEFORE -> before(rest);
            case WITHIN -> within(rest);
            case BEGINS -> skipWhitespace(rest, State.WITHIN);
            case ENDED -> skipWhitespace(rest, State.TEXT);
            case TEXT -> rest;
        };
    }

    private String before(String rest) {
        int begin = firstVisible(rest);
        String visible = rest.substring(begin);
        if (visible.startsWith(OPEN)) {
            state = State.BEGINS;
            return visible.substring(OPEN.length());
        }
        if (!OPEN.startsWith(visible)) {
            state = State.TEXT;
            return rest;
        }
        text(rest.substring(0, begin));
        held = visible;
        return "";
    }

    private String within(String rest) {
        int close = rest.indexOf(CLOSE);
        if (close >= 0) {
            thinking(rest.substring(0, close));
            state = State.ENDED;
            return rest.substring(close + CLOSE.length());
        }
        int sure = rest.length() - endThatMayBeginClose(rest);
        thinking(rest.substring(0, sure));
        held = rest.substring(sure);
        return "";
    }

    private String skipWhitespace(String rest, State then) {
        String visible = rest.substring(firstVisible(rest));
        if (!visible.isEmpty()) {
            state = then;
        }
        return visible;
    }

    private static int endThatMayBeginClose(String text) {
        int length = Math.min(CLOSE.length() - 1, text.length());
        while (!CLOSE.startsWith(text.substring(text.length() - length))) {
            length--;
        }
        return length;
    }

    private static int firstVisible(String text) {
        int i = 0;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private void text(String data) {
        if (!data.isEmpty()) {
            out.accept(new Text(data));
        }
    }

    private void thinking(String data) {
        if (!data.isEmpty()) {
            out.accept(new Thinking(data));
        }
    }
}
