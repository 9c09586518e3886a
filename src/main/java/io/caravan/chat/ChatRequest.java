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
 */
public record ChatRequest(
        Optional<String> model,
        Optional<String> system,
        List<Message> messages,
        Options options,
        Optional<JsonNode> format,
        Optional<Duration> timeout,
        Optional<String> session,
        boolean stream) {

    public ChatRequest {
        messages = List.copyOf(messages);
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
        List<Message> begun = new ArrayList<>(messages);
        begun.add(Message.assistant(partial));
        return new ChatRequest(model, system, begun, options, format, timeout, session, stream);
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
                stream);
    }
}
