package io.caravan.reliability;

import java.io.IOException;

/** How a connection ends too early. */
enum Cut implements Cutting {
    /** The answer ends, complete to the eyes of HTTP. */
    END {
        @Override
        public void on(Line line) throws IOException {
            line.end();
        }
    },
    /** The connection is closed. */
    CLOSE {
        @Override
        public void on(Line line) throws IOException {
            line.close();
        }
    },
    /** The server's direction alone is closed. */
    HALF {
        @Override
        public void on(Line line) throws IOException {
            line.halfClose();
        }
    },
    /** The connection is reset. */
    RESET {
        @Override
        public void on(Line line) throws IOException {
            line.reset();
        }
    }
}
