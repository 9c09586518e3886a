package io.caravan;

import io.caravan.camel.kafka.KafkaDoor;
import io.caravan.kafka.Cluster;
import io.caravan.settings.KafkaSettings;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.spi.Registry;

/** What there is of Kafka where that door is open; nothing of Kafka is loaded where it is not. */
record KafkaPart(KafkaComponent component, Cluster cluster) {

    static KafkaPart of(KafkaSettings settings) {
        KafkaComponent component = KafkaDoor.component(settings);
        return new KafkaPart(component, new Cluster(settings.brokers(), () -> KafkaDoor.clients(component)));
    }

    /** Has routes use it, and looks after it from now on. */
    void bind(Registry registry) {
        registry.bind("kafka", component);
        cluster.watch();
    }

    void close() {
        cluster.close();
    }
}
