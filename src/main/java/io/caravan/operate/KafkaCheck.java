package io.caravan.operate;

import io.caravan.kafka.Cluster;
import java.util.List;

/** Looks whether Kafka is there, and has the topics that are used. */
public final class KafkaCheck {

    private final Cluster cluster;
    private final List<String> topics;

    public KafkaCheck(Cluster cluster, List<String> topics) {
        this.cluster = cluster;
        this.topics = List.copyOf(topics);
    }

    /** What there is to say of it. */
    public Finding finding() {
        try {
            List<String> missing = cluster.missing(topics);
            return missing.isEmpty()
                    ? Finding.ok("kafka", cluster.brokers())
                    : Finding.warn(
                            "kafka",
                            cluster.brokers() + ": no topic " + String.join(", ", missing)
                                    + "; make it with as many partitions as prompts are to be answered at the same time");
        } catch (Cluster.UnreachableException e) {
            return Finding.fail("kafka", cluster.brokers() + ": " + e.getMessage() + "; see caravan.kafka.brokers");
        }
    }
}
