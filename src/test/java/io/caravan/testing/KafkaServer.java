package io.caravan.testing;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import kafka.testkit.KafkaClusterTestKit;
import kafka.testkit.TestKitNodes;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A real Kafka on loopback, in this process, with the topics of the prompts, of three partitions each. */
public final class KafkaServer implements AutoCloseable {

    private static final int PARTITIONS = 3;

    private final KafkaClusterTestKit kafka;

    public KafkaServer() {
        try {
            kafka = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                            .setCombined(true)
                            .setNumBrokerNodes(1)
                            .setNumControllerNodes(1)
                            .build())
                    .setConfigProp("offsets.topic.num.partitions", "1")
                    .setConfigProp("offsets.topic.replication.factor", "1")
                    .setConfigProp("group.initial.rebalance.delay.ms", "0")
                    .setConfigProp("group.min.session.timeout.ms", "500")
                    .build();
            kafka.format();
            kafka.startup();
            kafka.waitForReadyBrokers();
            create(List.of("caravan.prompts", "caravan.answers", "caravan.prompts.dead", "team.answers", "payments"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void create(Collection<String> topics) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka.clientProperties())) {
            Stream<NewTopic> wanted = topics.stream().map(topic -> new NewTopic(topic, PARTITIONS, (short) 1));
            admin.createTopics(wanted.toList()).all().get();
        }
    }

    /** Where it is: {@code HOST:PORT}. */
    public String brokers() {
        return kafka.bootstrapServers();
    }

    @Override
    public void close() {
        try {
            kafka.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
