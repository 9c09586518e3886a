package io.caravan.mcp;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** How requests go out to one server over HTTP. Thread-safe. */
public interface McpHttp {

    /**
     * Posts a message, and returns when the answer begins.
     *
     * @param headers beside those that the settings name
     * @param abort breaks it off, also while the answer is read
     * @throws McpException if the request did not come through, or no answer came
     */
    Reply post(Map<String, String> headers, byte[] body, Abort abort) throws McpException;

    /**
     * An answer, whatever its status.
     *
     * @param contentType may be empty
     * @param body ends the request when it is closed
     */
    record Reply(int status, String contentType, InputStream body) implements Closeable {

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
