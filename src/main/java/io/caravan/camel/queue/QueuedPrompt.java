package io.caravan.camel.queue;

import jakarta.jms.Destination;
import java.util.Optional;

/**
 * A prompt that was taken from a queue.
 *
 * @param text the prompt
 * @param contentType how to read it
 * @param correlation goes back with its answer
 * @param replyTo where that goes; absent: to the queue of answers
 */
record QueuedPrompt(String text, Optional<String> contentType, String correlation, Optional<Destination> replyTo) {}
