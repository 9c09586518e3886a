package io.caravan.camel;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Future;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** A response body whose timer is cancelled at its end, or when it is closed. */
final class TimedEntity extends HttpEntityWrapper {

    private final InputStream content;

    TimedEntity(HttpEntity entity, Future<?> timer) throws IOException {
        super(entity);
        this.content = new Body(entity.getContent(), timer);
    }

    @Override
    public InputStream getContent() {
        return content;
    }

    private static final class Body extends FilterInputStream {

        private final Future<?> timer;

        Body(InputStream in, Future<?> timer) {
            super(in);
            this.timer = timer;
        }

        @Override
        public int read() throws IOException {
            return came(super.read());
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            return came(super.read(bytes, from, length));
        }

        private int came(int read) {
            if (read < 0) {
                timer.cancel(false);
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            timer.cancel(false);
            super.close();
        }
    }
}
