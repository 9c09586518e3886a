package io.caravan.dialect;

import io.caravan.chat.ChatEvent;
import java.io.Closeable;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one answer, read while the model still writes.
 *
 * <p>{@link #hasNext()} never reads: Camel's splitter asks it before it passes a chunk on, so an iterator that looked
 * ahead would hold every chunk back until the next. It says true until the end of the answer has been handed out;
 * {@link #next()} blocks for the next line and returns null for one that holds no chunk. An answer that breaks off or
 * breaks the protocol makes {@code next()} throw a {@code CaravanException}; a short answer is never passed off as a
 * whole one. Not thread-safe.
 */
public interface Answer extends Iterator<ChatEvent.@Nullable Chunk>, Closeable {

    /** How the answer ended. To be asked only once {@link #hasNext()} is false. */
    Finish finish();
}
