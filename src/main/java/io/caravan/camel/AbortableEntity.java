package io.caravan.camel;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** A response body that tells of each byte read, and is thrown away, not drained, when closed early. */
final class AbortableEntity extends HttpEntityWrapper {

    private final InputStream content;

    AbortableEntity(HttpEntity entity, Runnable heard, ExecRuntime connection) throws IOException {
        super(entity);
        this.content = new Body(entity.getContent(), heard, connection);
    }

    @Override
    public InputStream getContent() {
        return content;
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    private static final class Body extends InputStream {

        private final InputStream in;
        private final Runnable heard;
        private final ExecRuntime connection;
        private boolean atEnd;

        Body(InputStream in, Runnable heard, ExecRuntime connection) {
            this.in = in;
            this.heard = heard;
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            return heard(in.read());
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            return heard(in.read(bytes, from, length));
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() throws IOException {
            if (atEnd) {
                in.close();
            } else {
                connection.discardEndpoint();
            }
        }

        private int heard(int read) {
            heard.run();
            atEnd = read < 0;
            return read;
        }
    }
}
