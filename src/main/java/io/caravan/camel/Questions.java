package io.caravan.camel;

import io.caravan.chat.ChatRequest;
import io.caravan.chat.ChatRequests;
import io.caravan.chat.Options;
import io.caravan.failure.RejectedException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Reads a question from a message of a route: a text, or the JSON payload; what its headers say goes first. */
final class Questions {

    private Questions() {}

    /** The question in the message's body. */
    static ChatRequest of(Message message) {
        return asked(message, body(message));
    }

    /** A question that a door has read already, and what the routes between have set for it. */
    static ChatRequest asked(Message message, ChatRequest asked) {
        refuse(message, CaravanExchange.SESSION);
        ChatRequest question = new ChatRequest(
                CaravanExchange.modelAskedFor(message).or(asked::model),
                header(message, CaravanExchange.SYSTEM).or(asked::system),
                asked.messages(),
                header(message, CaravanExchange.OPTIONS)
                        .map(ChatRequests::options)
                        .orElse(Options.NONE)
                        .orElse(asked.options()),
                asked.format(),
                asked.timeout(),
                asked.session(),
                asked.stream());
        return toolNames(message).or(asked::toolNames).map(question::limitedTo).orElse(question);
    }

    /** The tools that the message's header allows: names and patterns, or {@code false}; absent: it says nothing. */
    static Optional<List<String>> toolNames(Message message) {
        return header(message, CaravanExchange.TOOLS).map(Questions::names);
    }

    private static List<String> names(String text) {
        return text.strip().equals("false")
                ? List.of()
                : Stream.of(text.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList();
    }

    private static ChatRequest body(Message message) {
        if (message.getBody() instanceof ChatRequest asked) {
            return asked;
        }
        String text = message.getBody(String.class);
        if (text == null || text.isBlank()) {
            throw RejectedException.invalid("the prompt is empty");
        }
        String type = message.getHeader(Exchange.CONTENT_TYPE, "", String.class);
        return type.startsWith("application/json") ? ChatRequests.read(text) : ChatRequest.of(text);
    }

    private static Optional<String> header(Message message, String name) {
        return Optional.ofNullable(message.getHeader(name, String.class));
    }

    private static void refuse(Message message, String header) {
        if (message.getHeader(header) != null) {
            throw RejectedException.invalid("the header " + header + " is not available in this version");
        }
    }
}
