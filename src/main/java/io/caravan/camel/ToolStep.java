package io.caravan.camel;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.ChatEvent.ToolResult;
import io.caravan.failure.CaravanException;
import io.caravan.limit.Deadlines;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import io.caravan.tool.ToolUse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One call of a tool on its way through the route: what was asked, how it runs, and what came of it. */
final class ToolStep {

    /** Where the exchange keeps it. */
    static final String PROPERTY = "caravan.tool-step";

    private final ToolCall asked;
    private final ChatCall chat;
    private final ToolUse tools;
    private final long askedAt = System.nanoTime();
    private @Nullable ToolRun run;
    private @Nullable TimedRun timed;
    private @Nullable ToolResult result;
    private String error = "";

    ToolStep(ToolCall asked, ChatCall chat, ToolUse tools) {
        this.asked = asked;
        this.chat = chat;
        this.tools = tools;
    }

    ToolCall asked() {
        return asked;
    }

    ChatCall chat() {
        return chat;
    }

    ToolUse tools() {
        return tools;
    }

    ToolRun prepare() {
        ToolRun prepared = tools.prepare(asked);
        run = prepared;
        chat.checkStopped();
        return prepared;
    }

    /** Its time runs from here. */
    void begin(Deadlines deadlines, Duration timeout) {
        ToolRun prepared = prepared();
        tools.begin(prepared);
        timed = TimedRun.begin(prepared, tools.atMost(timeout), deadlines);
    }

    private ToolRun prepared() {
        if (run == null) {
            throw new IllegalStateException("the call was not prepared");
        }
        return run;
    }

    void failed(CaravanException why) {
        error = why.code().wireName();
    }

    void end(ToolOutcome outcome) {
        if (timed != null) {
            timed.end();
        }
        if (run != null) {
            tools.end(run);
        }
        if (outcome.isError() && error.isEmpty()) {
            error = "tool_failed";
        }
        result = new ToolResult(asked.callId(), asked.name(), outcome.text(), outcome.isError());
    }

    ToolResult result() {
        return result == null ? new ToolResult(asked.callId(), asked.name(), "not run", true) : result;
    }

    /** Who offers the tool; empty where there is no such tool. */
    String source() {
        return tools.find(asked.name()).map(tool -> tool.source().name()).orElse("");
    }

    /** The code of what went wrong, or empty. */
    String error() {
        return error;
    }

    /** How long it ran; the waiting for a word or a place does not count. */
    Duration elapsed() {
        return timed == null ? Duration.ofNanos(System.nanoTime() - askedAt) : timed.elapsed();
    }
}
