package io.caravan.settings;

import java.util.List;
import java.util.stream.Stream;

/**
 * The door to topics of Kafka.
 *
 * @param brokers where Kafka is, {@code HOST:PORT} each; none: the door is shut
 * @param topic of the prompts
 * @param answers the topic of the answers
 * @param dead the topic of prompts that cannot be answered
 * @param replyTopics where else prompts may have their answers sent
 * @param consumers prompts that are answered at the same time, at most one of each partition
 */
public record KafkaSettings(
        List<String> brokers,
        String topic,
        String answers,
        String dead,
        List<String> replyTopics,
        String group,
        int consumers) {

    public KafkaSettings {
        brokers = List.copyOf(brokers);
        replyTopics = List.copyOf(replyTopics);
    }

    /** Whether there is such a door. */
    public boolean open() {
        return !brokers.isEmpty();
    }

    /** Whether a prompt may have its answer sent to this topic. */
    public boolean answersGoTo(String named) {
        return answers.equals(named) || replyTopics.contains(named);
    }

    /** All topics that are read or written. */
    public List<String> topics() {
        return Stream.concat(Stream.of(topic, answers, dead), replyTopics.stream())
                .toList();
    }

    /** Whether this process takes prompts. */
    public boolean takesPrompts() {
        return open() && consumers > 0;
    }
}
