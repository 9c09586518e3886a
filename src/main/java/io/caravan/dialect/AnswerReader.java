package io.caravan.dialect;

import java.io.IOException;
import java.util.Optional;

/** Reads one answer in the wire format of its dialect, a line or an event at a time. Not thread-safe. */
public interface AnswerReader {

    /**
     * Reads the next line or event, and no further, and hands out the chunks in it, none or several.
     *
     * @return how the answer ended, once it ended well
     * @throws IOException if the connection broke
     * @throws io.caravan.failure.CaravanException if the answer ended in any other way
     */
    Optional<Finish> read() throws IOException;

    /** Reads and forgets what the server sends after the end, but not much more than {@code most} bytes. */
    void drain(int most) throws IOException;
}
