package io.caravan.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A few parsers for many short documents. A new parser costs more than reading a chunk with it, and each stream keeping
 * one would hold its buffers for nothing, since only few threads read at the same moment. Thread-safe.
 */
final class ParserPool {

    private static final int SLOTS = 16; // a power of two

    private final JsonFactory factory;
    private final AtomicReferenceArray<PooledParser> idle = new AtomicReferenceArray<>(SLOTS);

    ParserPool(JsonFactory factory) {
        this.factory = factory;
    }

    PooledParser take() throws IOException {
        int first = slotOfThread();
        for (int i = 0; i < SLOTS; i++) {
            int slot = (first + i) % SLOTS;
            if (idle.get(slot) != null) {
                PooledParser parser = idle.getAndSet(slot, null);
                if (parser != null) {
                    return parser;
                }
            }
        }
        return new PooledParser(factory);
    }

    /** Takes back a parser that has read a whole document. */
    void giveBack(PooledParser parser) throws IOException {
        parser.letGo();
        int first = slotOfThread();
        for (int i = 0; i < SLOTS && parser.mayGoOn(); i++) {
            if (idle.compareAndSet((first + i) % SLOTS, null, parser)) {
                return;
            }
        }
        parser.close();
    }

    private static int slotOfThread() {
        return Thread.currentThread().hashCode() & (SLOTS - 1);
    }
}
