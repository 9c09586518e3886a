package io.caravan.camel.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What the group remembers of one record: how often it was taken, and at last that it is done. Kafka does not count
 * deliveries; the count is kept in the words that go with the committed offset, which stays where it is. Belongs to the
 * thread that reads the record; throws once the partition is no longer its reader's.
 */
final class RecordCommit implements KafkaManualCommit {

    private static final Pattern COUNT = Pattern.compile("taken=(\\d{1,9})");

    private final Consumer<?, ?> reader;
    private final TopicPartition partition;
    private final long offset;
    private final Duration longest;
    private int number;

    RecordCommit(Consumer<?, ?> reader, TopicPartition partition, long offset, Duration longest) {
        this.reader = reader;
        this.partition = partition;
        this.offset = offset;
        this.longest = longest;
    }

    /** The record was taken; returns how often it was, this time included. */
    int taken() {
        number = takenBefore() + 1;
        remember();
        return number;
    }

    /** The record is taken once more, without having been let go of. */
    int takenAgain() {
        number++;
        remember();
        return number;
    }

    /** The record is let go of through no fault of its own: this time does not count. */
    void givenBack() {
        number--;
        remember();
    }

    /** The record is done. */
    @Override
    public void commit() {
        write(new OffsetAndMetadata(offset + 1));
    }

    /** The record is the next that its reader reads, unless the partition is another's by then. */
    void readAgain() {
        if (reader.assignment().contains(partition)) {
            reader.seek(partition, offset);
        }
    }

    private int takenBefore() {
        return Optional.ofNullable(reader.committed(Set.of(partition), longest).get(partition))
                .filter(committed -> committed.offset() == offset)
                .map(committed -> COUNT.matcher(committed.metadata()))
                .filter(Matcher::matches)
                .map(count -> Integer.parseInt(count.group(1)))
                .orElse(0);
    }

    private void remember() {
        write(new OffsetAndMetadata(offset, "taken=" + number));
    }

    private void write(OffsetAndMetadata committed) {
        reader.commitSync(Map.of(partition, committed), longest);
    }
}
