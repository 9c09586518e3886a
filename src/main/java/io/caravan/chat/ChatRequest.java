package io.caravan.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A question to a model, whichever door it came through.
 *
 * @param model {@code provider/model} or {@code model}; absent: the default provider's own
 * @param system goes before the messages; absent: the provider's own
 * @param messages the conversation, oldest first; never empty
 * @param format absent, the text {@code "json"}, or a JSON Schema the answer has to fit
 * @param timeout for the whole request, retries included; absent: the provider's total timeout
 * @param stream false: the whole text comes as one chunk
 * @param toolNames the tools it may use, by name or pattern; absent: all that are there, empty: none
 * @param tools what is offered to the model of these
 * @param mayCallTools false: the tools are named for what was said before, and none may be called any more
 */
public record ChatRequest(
        Optional<String> model,
        Optional<String> system,
        List<Message> messages,
        Options options,
        Optional<JsonNode> format,
        Optional<Duration> timeout,
        Optional<String> session,
        boolean stream,
        Optional<List<String>> toolNames,
        List<Tool> tools,
        boolean mayCallTools) {

    public ChatRequest {
        messages = List.copyOf(messages);
        toolNames = toolNames.map(List::copyOf);
        tools = List.copyOf(tools);
    }

    /** A question that leaves its tools to the defaults. */
    public ChatRequest(
            Optional<String> model,
            Optional<String> system,
            List<Message> messages,
            Options options,
            Optional<JsonNode> format,
            Optional<Duration> timeout,
            Optional<String> session,
            boolean stream) {
        this(model, system, messages, options, format, timeout, session, stream, Optional.empty(), List.of(), true);
    }

    /** A question of one text, everything else left to the defaults. */
    public static ChatRequest of(String text) {
        return new ChatRequest(
                Optional.empty(),
                Optional.empty(),
                List.of(Message.user(text)),
                Options.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
    }

    /** This question with {@code partial} as the beginning of its answer. */
    public ChatRequest continuing(String partial) {
        return followedBy(List.of(Message.assistant(partial)));
    }

    /** This question, and these for what it leaves open. */
    public ChatRequest orElse(Optional<String> system, Options options) {
        return new ChatRequest(
                model,
                this.system.or(() -> system),
                messages,
                this.options.orElse(options),
                format,
                timeout,
                session,
                stream,
                toolNames,
                tools,
                mayCallTools);
    }

    /** This question, for which the model may call these tools, and no others. */
    public ChatRequest offering(List<Tool> tools) {
        return new ChatRequest(
                model, system, messages, options, format, timeout, session, stream, toolNames, tools, mayCallTools);
    }

    /** This question, limited to the tools of these names and patterns. */
    public ChatRequest limitedTo(List<String> toolNames) {
        return new ChatRequest(
                model,
                system,
                messages,
                options,
                format,
                timeout,
                session,
                stream,
                Optional.of(toolNames),
                tools,
                mayCallTools);
    }

    /** This question, to be answered within this time. */
    public ChatRequest within(Duration timeout) {
        return new ChatRequest(
                model,
                system,
                messages,
                options,
                format,
                Optional.of(timeout),
                session,
                stream,
                toolNames,
                tools,
                mayCallTools);
    }

    /** This conversation with further turns behind it. */
    public ChatRequest followedBy(List<Message> turns) {
        List<Message> longer = new ArrayList<>(messages);
        longer.addAll(turns);
        return new ChatRequest(
                model, system, longer, options, format, timeout, session, stream, toolNames, tools, mayCallTools);
    }

    /** This question, to be answered without a further call of a tool. */
    public ChatRequest withoutCalls() {
        return new ChatRequest(
                model, system, messages, options, format, timeout, session, stream, toolNames, tools, false);
    }
}
