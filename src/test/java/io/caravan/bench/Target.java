package io.caravan.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.List;

/** Where the load goes to, and in which protocol. {@code headers} are whole header lines. */
record Target(String name, Protocol protocol, URI uri, List<String> headers) {

    /** How a question is put and how its answer comes. */
    enum Protocol {
        /** Ollama's {@code /api/chat}: NDJSON over HTTP. */
        OLLAMA,
        /** OpenAI's {@code /v1/chat/completions}: SSE over HTTP. */
        OPENAI,
        /** Caravan's WebSocket: JSON frames, told apart by their request's id. */
        CARAVAN,
        /** A WebSocket that takes a prompt and gives the model server's lines, one a frame. */
        LINES;

        boolean webSocket() {
            return this == CARAVAN || this == LINES;
        }
    }

    Target {
        headers = List.copyOf(headers);
    }

    int port() {
        return uri.getPort() > 0 ? uri.getPort() : 80;
    }

    /** The opening of a WebSocket. */
    String handshake() {
        return "GET " + path() + " HTTP/1.1\r\nHost: " + uri.getHost() + ":" + port()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + extraHeaders() + "\r\n";
    }

    /** The bytes of one question over HTTP. */
    byte[] httpRequest() {
        String body = protocol == Protocol.OLLAMA
                ? "{\"model\":\"stub\",\"messages\":[{\"role\":\"user\",\"content\":\"Go on.\"}]}"
                : "{\"model\":\"stub\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Go on.\"}]}";
        return ("POST " + path() + " HTTP/1.1\r\nHost: " + uri.getHost() + ":" + port()
                        + "\r\nContent-Type: application/json\r\n" + extraHeaders() + "Content-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(UTF_8);
    }

    /** The text of one question over a WebSocket. */
    String webSocketRequest(String id) {
        return protocol == Protocol.LINES
                ? "Go on."
                : "{\"action\":\"chat\",\"request_id\":\"" + id + "\",\"payload\":{\"text\":\"Go on.\"}}";
    }

    private String path() {
        return uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    }

    private String extraHeaders() {
        return String.join("", headers.stream().map(line -> line + "\r\n").toList());
    }
}
