package io.caravan.camel.kafka;

import io.caravan.camel.queue.Origin;
import io.caravan.camel.queue.QueueHeaders;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A record of a topic, and the way back. */
final class RecordOrigin implements Origin {

    /** The record's place, on one that was set aside. */
    private static final String TOPIC = "CaravanTopic";

    private static final String PARTITION = "CaravanPartition";
    private static final String OFFSET = "CaravanOffset";

    /** By which the field's clients know their answers: Spring's, SmallRye's, and what most others write. */
    private static final List<String> CORRELATIONS =
            List.of("kafka_correlationId", "REPLY_CORRELATION_ID", "correlation-id", "correlationId");

    private static final List<String> REPLY_TOPICS = List.of("kafka_replyTopic", "REPLY_TOPIC");

    private static final Pattern READABLE = Pattern.compile("[!-~]{1,128}");

    private final CamelContext context;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final Map<String, byte[]> headers;
    private final String topic;
    private final int partition;
    private final long offset;
    private Optional<String> replyTopic = Optional.empty();

    RecordOrigin(Message record) {
        context = record.getExchange().getContext();
        key = record.getHeader(KafkaConstants.KEY, byte[].class);
        value = (byte[]) record.getBody();
        headers = outside(record.getHeader(KafkaConstants.HEADERS, Headers.class));
        topic = record.getHeader(KafkaConstants.TOPIC, String.class);
        partition = record.getHeader(KafkaConstants.PARTITION, Integer.class);
        offset = record.getHeader(KafkaConstants.OFFSET, Long.class);
    }

    /** Of several of one name the last counts. */
    private static Map<String, byte[]> outside(Headers all) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        for (Header header : all) {
            if (header.value() != null && !QueueHeaders.steers(header.key())) {
                headers.put(header.key(), header.value());
            }
        }
        return headers;
    }

    /** The text of the record, in UTF-8. */
    byte[] text() {
        return value == null ? new byte[0] : value;
    }

    /** What was let in of its headers, as texts, in any case of letters. */
    Map<String, Object> headers() {
        Map<String, Object> texts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, bytes) -> texts.put(name, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }

    /** Its sender's, where that is readable; else the place of the record. */
    String correlation() {
        return CORRELATIONS.stream()
                .flatMap(name -> text(name).stream())
                .filter(text -> READABLE.matcher(text).matches())
                .findFirst()
                .orElse(topic + "-" + partition + "-" + offset);
    }

    /** The topic on which its sender waits for the answer, if it names one. */
    Optional<String> replyTopic() {
        return REPLY_TOPICS.stream().flatMap(name -> text(name).stream()).findFirst();
    }

    private Optional<String> text(String header) {
        return Optional.ofNullable(headers.get(header)).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** From here on answers go to that topic. */
    void replyTo(String allowed) {
        replyTopic = Optional.of(allowed);
    }

    /** All of one prompt goes into one partition, hence in order: by its key, or if it has none by its correlation. */
    @Override
    public Message address(Message reply) {
        reply.setHeader(KafkaConstants.KEY, key == null ? correlation().getBytes(StandardCharsets.UTF_8) : key);
        CORRELATIONS.stream()
                .filter(headers::containsKey)
                .forEach(header -> reply.setHeader(header, headers.get(header)));
        replyTopic.ifPresent(allowed -> reply.setHeader(KafkaConstants.OVERRIDE_TOPIC, allowed));
        return reply;
    }

    /** A topic does not go away with who reads it. */
    @Override
    public void checkReachable() {}

    @Override
    public Message original() {
        return original(Map.of());
    }

    @Override
    public Message original(Map<String, Object> remarks) {
        Message original = new DefaultMessage(context);
        original.setBody(value);
        headers.forEach(original::setHeader);
        remarks.forEach(original::setHeader);
        original.setHeader(TOPIC, topic);
        original.setHeader(PARTITION, partition);
        original.setHeader(OFFSET, offset);
        if (key != null) {
            original.setHeader(KafkaConstants.KEY, key);
        }
        return original;
    }
}
