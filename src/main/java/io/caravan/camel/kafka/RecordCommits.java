package io.caravan.camel.kafka;

import java.time.Duration;
import org.apache.camel.component.kafka.consumer.CommitManager;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.component.kafka.consumer.KafkaManualCommitFactory;

/** Gives each record its {@link RecordCommit}. That it is ours also keeps Camel from committing anything by itself. */
final class RecordCommits implements KafkaManualCommitFactory {

    @Override
    public KafkaManualCommit newInstance(
            CamelExchangePayload reader, KafkaRecordPayload came, CommitManager commitManager) {
        return new RecordCommit(
                reader.consumer, came.partition, came.recordOffset, Duration.ofMillis(came.commitTimeout));
    }
}
