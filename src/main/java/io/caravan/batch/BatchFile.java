package io.caravan.batch;

import io.caravan.chat.Sha256;
import io.caravan.failure.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A batch file that was read to its end and is good.
 *
 * @param id the SHA-256 of its content
 * @param lines requests in it
 */
public record BatchFile(String id, int lines) {

    private static final int MOST_LINES = 50_000;
    private static final long LONGEST = 200L * 1024 * 1024;

    /** So much of the hash of a {@code custom_id} tells it from all others of a file. */
    private record Fingerprint(long first, long second) {}

    /**
     * Checks the whole file, without holding it.
     *
     * @throws RejectedException with the number of the line that is at fault
     */
    public static BatchFile check(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw RejectedException.invalid("the batch is longer than 200 MiB");
        }
        MessageDigest content = Sha256.digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), content);
                BatchLines lines = BatchLines.of(in)) {
            int count = count(lines);
            return new BatchFile(HexFormat.of().formatHex(content.digest()), count);
        }
    }

    private static int count(BatchLines lines) {
        Map<Fingerprint, Integer> seen = new HashMap<>();
        MessageDigest ids = Sha256.digest();
        while (lines.hasNext()) {
            BatchLine line = lines.next();
            if (seen.size() == MOST_LINES) {
                throw BatchLines.refused(line.number(), "a batch may have 50,000 requests, and this is one more");
            }
            Integer before = seen.put(fingerprint(ids, line.customId()), line.number());
            if (before != null) {
                throw BatchLines.refused(
                        line.number(), "custom_id \"" + line.customId() + "\" is already that of line " + before);
            }
        }
        if (seen.isEmpty()) {
            throw RejectedException.invalid("the batch is empty");
        }
        return seen.size();
    }

    private static Fingerprint fingerprint(MessageDigest digest, String id) {
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(id.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        return new Fingerprint(hash.getLong(), hash.getLong());
    }
}
