package io.caravan.reliability;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** How a model's server says things on the wire. Written by hand, so that no mistake of ours is on both sides. */
enum Speech {
    /** Lines of JSON. */
    OLLAMA("application/x-ndjson", "\n") {
        @Override
        String token(String text) {
            return "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":" + quoted(text)
                    + "},\"done\":false}";
        }

        @Override
        String last() {
            return "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
                    + "\"done_reason\":\"stop\",\"prompt_eval_count\":7,\"eval_count\":60}" + lineEnd();
        }

        @Override
        String terminator() {
            return "";
        }
    },
    /** Server-sent events. */
    OPENAI("text/event-stream", "\n\n") {
        @Override
        String token(String text) {
            return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                    + "{\"content\":" + quoted(text) + "},\"finish_reason\":null}]}";
        }

        @Override
        String last() {
            return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{},"
                    + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":60}}"
                    + lineEnd();
        }

        @Override
        String terminator() {
            return "data: [DONE]" + lineEnd();
        }
    };

    private final String contentType;
    private final String lineEnd;

    Speech(String contentType, String lineEnd) {
        this.contentType = contentType;
        this.lineEnd = lineEnd;
    }

    /** That of a request to this path. */
    static Speech of(String path) {
        return path.startsWith("/api/") ? OLLAMA : OPENAI;
    }

    String contentType() {
        return contentType;
    }

    String lineEnd() {
        return lineEnd;
    }

    /** One token, without its line's end. */
    abstract String token(String text);

    /** The line with the reason for the end, and the usage. */
    abstract String last();

    /** What follows it. */
    abstract String terminator();

    static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
