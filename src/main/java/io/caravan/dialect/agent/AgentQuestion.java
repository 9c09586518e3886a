package io.caravan.dialect.agent;

import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.chat.Message.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A question to an agent, as all its bodies need it.
 *
 * @param model absent: the agent's own
 */
record AgentQuestion(ChatRequest request, Optional<String> model) {

    /** What the user said last. */
    String prompt() {
        List<Message> messages = request.messages();
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role() == Role.USER) {
                return messages.get(i).content();
            }
        }
        return messages.get(messages.size() - 1).content();
    }

    /** The whole conversation, its system prompt first. */
    List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        request.system().map(Message::system).ifPresent(messages::add);
        messages.addAll(request.messages());
        return messages;
    }

    /** Which conversation it belongs to; one of its own where there is no session. */
    String conversation() {
        return request.session().orElseGet(() -> UUID.randomUUID().toString());
    }
}
