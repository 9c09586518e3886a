package io.caravan.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** The bytes of the two wire protocols that the stub speaks: Ollama's NDJSON and OpenAI's SSE. */
enum Wire {
    OLLAMA("application/x-ndjson") {
        @Override
        String chunk() {
            return "{\"model\":\"stub\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
                    + "\"content\":\"" + StampedBytes.MARK + "\"},\"done\":false}\n";
        }

        @Override
        String end(int chunks) {
            return "{\"model\":\"stub\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\","
                    + "\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"total_duration\":1,"
                    + "\"load_duration\":1,\"prompt_eval_count\":7,\"prompt_eval_duration\":1,\"eval_count\":" + chunks
                    + ",\"eval_duration\":1}\n";
        }
    },
    OPENAI("text/event-stream") {
        @Override
        String chunk() {
            return event("[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" + StampedBytes.MARK
                    + "\"},\"finish_reason\":null}]");
        }

        @Override
        String end(int chunks) {
            return event("[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]") + "data: [DONE]\n\n";
        }
    };

    private final String contentType;

    Wire(String contentType) {
        this.contentType = contentType;
    }

    /** One chunk of an answer, with the place for its send time. */
    abstract String chunk();

    /** What follows the last chunk. */
    abstract String end(int chunks);

    String contentType() {
        return contentType;
    }

    StampedBytes head() {
        return new StampedBytes("HTTP/1.1 200 OK\r\nContent-Type: " + contentType
                + "\r\nTransfer-Encoding: chunked\r\n\r\n" + framed(chunk()));
    }

    StampedBytes next() {
        return new StampedBytes(framed(chunk()));
    }

    ByteBuffer last(int chunks) {
        return ByteBuffer.wrap((framed(end(chunks)) + "0\r\n\r\n").getBytes(US_ASCII));
    }

    private static String framed(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static String event(String choices) {
        return "data: {\"id\":\"chatcmpl-stub\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"stub\","
                + "\"choices\":" + choices + "}\n\n";
    }
}
