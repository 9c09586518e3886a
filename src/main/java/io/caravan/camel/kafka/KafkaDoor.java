package io.caravan.camel.kafka;

import io.caravan.settings.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.serde.KafkaHeaderSerializer;

/** Makes the {@code kafka} component on Kafka as it is set, closed to what records could do to it. */
public final class KafkaDoor {

    private KafkaDoor() {}

    /** Topics of this Kafka. */
    public static KafkaComponent component(KafkaSettings settings) {
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
    public static Properties clients(KafkaComponent component) {
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
