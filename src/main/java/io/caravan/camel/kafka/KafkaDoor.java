package io.caravan.camel.kafka;

import io.caravan.kafka.Cluster;
import io.caravan.settings.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.serde.KafkaHeaderSerializer;
import org.apache.camel.spi.Registry;

/** The {@code kafka} component on Kafka as it is set, closed to what records could do to it, and what watches that Kafka. */
public final class KafkaDoor implements AutoCloseable {

    private final KafkaComponent component;
    private final Cluster cluster;

    public KafkaDoor(KafkaSettings settings) {
        component = component(settings);
        cluster = new Cluster(settings.brokers(), this::clients);
    }

    /** Has routes use it, and looks after it from now on. */
    public void open(Registry registry) {
        registry.bind("kafka", component);
        cluster.watch();
    }

    /** The Kafka it is on. */
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public void close() {
        cluster.close();
    }

    private static KafkaComponent component(KafkaSettings settings) {
        KafkaConfiguration configuration = new KafkaConfiguration();
        configuration.setBrokers(String.join(",", settings.brokers()));
        configuration.setHeaderFilterStrategy(new RecordHeaders());
        configuration.setHeaderSerializer(words());
        KafkaComponent component = new KafkaComponent();
        component.setConfiguration(configuration);
        component.setKafkaManualCommitFactory(new RecordCommits());
        // whether Kafka is there is told once, and not by each reader and writer
        component.setHealthCheckConsumerEnabled(false);
        component.setHealthCheckProducerEnabled(false);
        return component;
    }

    /** How clients reach it, safely where that is set on the component. */
    private Properties clients() {
        Properties all = component.getConfiguration().createConsumerProperties();
        all.put("bootstrap.servers", component.getConfiguration().getBrokers());
        return all;
    }

    /** Numbers and truth in words, for any language reads those; bytes as they are. */
    private static KafkaHeaderSerializer words() {
        return (name, value) ->
                value instanceof byte[] bytes ? bytes : String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    }
}
