package io.caravan.camel.queue;

import io.caravan.chat.ChatRequest;
import io.caravan.chat.ChatRequests;
import io.caravan.chat.Sha256;
import io.caravan.failure.RejectedException;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the question in a message of a queue: a text, or the JSON payload where its content type says so. */
public final class PromptReader {

    /** What is longer than any model reads is not a prompt. */
    private static final int LONGEST = 4 * 1024 * 1024;

    /** However its words are joined: {@code contentType}, {@code content_type}, {@code Content_HYPHEN_Type}. */
    private static final Set<String> CONTENT_TYPE = Set.of("contenttype", "contenthyphentype", "jmsamqpcontenttype");

    private static final Set<String> KEY = Set.of("idempotencykey", "idempotencyhyphenkey");
    private static final int LONGEST_KEY = 255;

    private PromptReader() {}

    /**
     * What was read.
     *
     * @param key by what its sender knows the prompt again, if it comes once more
     * @param fingerprint of the prompt as it stands
     */
    public record Read(ChatRequest question, Optional<String> key, String fingerprint) {}

    /**
     * The question in the message.
     *
     * @param headers what was let in of the properties of the message
     * @throws RejectedException if there is none
     */
    static Read read(jakarta.jms.Message message, Map<String, Object> headers) throws JMSException {
        return read(text(message), headers);
    }

    /**
     * The question in a text in UTF-8.
     *
     * @param headers what was let in of its headers
     * @throws RejectedException if there is none
     */
    public static Read read(byte[] utf8, Map<String, Object> headers) {
        return read(text(utf8), headers);
    }

    private static Read read(String text, Map<String, Object> headers) {
        if (text.length() > LONGEST) {
            throw tooLong();
        }
        if (text.isBlank()) {
            throw RejectedException.invalid("the prompt is empty");
        }
        Optional<String> key = header(headers, KEY);
        if (key.filter(given -> given.length() > LONGEST_KEY).isPresent()) {
            throw RejectedException.invalid("IdempotencyKey is longer than " + LONGEST_KEY + " characters");
        }
        return new Read(
                isJson(headers) ? ChatRequests.read(text) : ChatRequest.of(text),
                key,
                key.isEmpty() ? "" : Sha256.hex(text));
    }

    private static String text(jakarta.jms.Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            return Optional.ofNullable(text.getText()).orElse("");
        }
        if (message instanceof BytesMessage bytes) {
            return text(bytes);
        }
        throw RejectedException.invalid("a prompt is a text message, or a bytes message with a text in UTF-8");
    }

    private static String text(BytesMessage message) throws JMSException {
        if (message.getBodyLength() > LONGEST) {
            throw tooLong();
        }
        byte[] bytes = new byte[(int) message.getBodyLength()];
        message.reset();
        message.readBytes(bytes);
        return text(bytes);
    }

    private static String text(byte[] bytes) {
        if (bytes.length > LONGEST) {
            throw tooLong();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw RejectedException.invalid("the prompt is not a text in UTF-8");
        }
    }

    private static RejectedException tooLong() {
        return RejectedException.invalid("the prompt is longer than 4 MiB");
    }

    private static boolean isJson(Map<String, Object> headers) {
        return header(headers, CONTENT_TYPE)
                .filter(type -> lowerCase(type).startsWith("application/json"))
                .isPresent();
    }

    private static Optional<String> header(Map<String, Object> headers, Set<String> names) {
        return headers.entrySet().stream()
                .filter(header -> header.getValue() != null && names.contains(letters(header.getKey())))
                .map(header -> header.getValue().toString())
                .filter(value -> !value.isBlank())
                .findFirst();
    }

    private static String letters(String name) {
        return lowerCase(name).replaceAll("[^a-z]", "");
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
