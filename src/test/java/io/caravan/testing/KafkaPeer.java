package io.caravan.testing;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A program that writes prompts into a topic and reads what comes of them. Not thread-safe. */
public final class KafkaPeer implements AutoCloseable {

    private static final Duration LONGEST_WAIT = Patience.LONGEST;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String PROMPTS = "caravan.prompts";

    private final String brokers;
    private final Producer<byte[], byte[]> writer;
    private final Map<String, Consumer<byte[], byte[]>> readers = new HashMap<>();
    private final Map<String, List<ConsumerRecord<byte[], byte[]>>> read = new HashMap<>();

    public KafkaPeer(String brokers) {
        this.brokers = brokers;
        writer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A prompt with a key, or {@code ""} for none, and headers, {@code NAME=VALUE} each; returns where it was put. */
    public RecordMetadata prompt(String key, String text, String... headers) {
        return prompt(key, text.getBytes(StandardCharsets.UTF_8), headers);
    }

    public RecordMetadata prompt(String key, byte[] value, String... headers) {
        ProducerRecord<byte[], byte[]> prompt =
                new ProducerRecord<>(PROMPTS, key.isEmpty() ? null : key.getBytes(StandardCharsets.UTF_8), value);
        for (String header : headers) {
            String[] both = header.split("=", 2);
            prompt.headers().add(both[0], both[1].getBytes(StandardCharsets.UTF_8));
        }
        return send(prompt);
    }

    public RecordMetadata send(ProducerRecord<byte[], byte[]> prompt) {
        try {
            return writer.send(prompt).get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public ConsumerRecord<byte[], byte[]> answer() {
        return next("caravan.answers", 1).get(0);
    }

    public ConsumerRecord<byte[], byte[]> dead() {
        return next("caravan.prompts.dead", 1).get(0);
    }

    /** So many further records of a topic; those of one partition in their order. */
    public List<ConsumerRecord<byte[], byte[]>> next(String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> waiting = read.computeIfAbsent(topic, name -> new ArrayList<>());
        await().until(() -> {
            reader(topic).poll(POLL).forEach(waiting::add);
            return waiting.size() >= count;
        });
        List<ConsumerRecord<byte[], byte[]>> next = List.copyOf(waiting.subList(0, count));
        waiting.subList(0, count).clear();
        return next;
    }

    /** How many records a topic ever got that were not read by {@link #next}. */
    public int unread(String topic) {
        Consumer<byte[], byte[]> reader = reader(topic);
        List<ConsumerRecord<byte[], byte[]>> waiting = read.computeIfAbsent(topic, name -> new ArrayList<>());
        Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
        while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            reader.poll(POLL).forEach(waiting::add);
        }
        return waiting.size();
    }

    private Consumer<byte[], byte[]> reader(String topic) {
        return readers.computeIfAbsent(topic, name -> {
            Consumer<byte[], byte[]> made = client("tests");
            made.assign(made.partitionsFor(name).stream()
                    .map(partition -> new TopicPartition(name, partition.partition()))
                    .toList());
            made.seekToBeginning(made.assignment());
            return made;
        });
    }

    private Consumer<byte[], byte[]> client(String group) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "group.id", group, "enable.auto.commit", "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** What Caravan's group remembers of the partition that this record is in. */
    public Optional<OffsetAndMetadata> committed(RecordMetadata record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        try (Consumer<byte[], byte[]> group = client("caravan")) {
            return Optional.ofNullable(
                    group.committed(java.util.Set.of(partition)).get(partition));
        }
    }

    /** Has Caravan's group, of which nobody may be there, remember this. */
    public void commit(TopicPartition partition, OffsetAndMetadata what) {
        try (Consumer<byte[], byte[]> group = client("caravan")) {
            group.commitSync(Map.of(partition, what));
        }
    }

    public static String text(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    /** The header as text; {@code ""} where there is none. */
    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("");
    }

    @Override
    public void close() {
        writer.close();
        readers.values().forEach(Consumer::close);
    }
}
