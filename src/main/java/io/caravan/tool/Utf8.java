package io.caravan.tool;

/** Texts as bytes. */
public final class Utf8 {

    private Utf8() {}

    /** Where the longest beginning of at most so many bytes ends that holds no half of a character. */
    public static int end(byte[] bytes, int most) {
        if (bytes.length <= most) {
            return bytes.length;
        }
        int end = most;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }
}
