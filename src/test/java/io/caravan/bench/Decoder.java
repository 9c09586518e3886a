package io.caravan.bench;

/** Reads what a connection brings, just closely enough to find chunks and ends. */
interface Decoder {

    /**
     * Takes bytes from {@code from} to {@code to}.
     *
     * @return how many of them were used; the rest comes again, with more behind it
     * @throws ProtocolException if the other side does not keep to its protocol, or refuses
     */
    int decode(byte[] bytes, int from, int to);

    /** An answer that is not what was asked for. */
    final class ProtocolException extends RuntimeException {

        ProtocolException(String message) {
            super(message);
        }
    }
}
