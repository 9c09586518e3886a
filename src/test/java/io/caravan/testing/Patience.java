package io.caravan.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long tests wait for what must come: longer than the slowest machine needs. JUnit finds it in
 * {@code META-INF/services}, so that it holds for every test class, also after one that changed Awaitility's defaults.
 */
public final class Patience implements BeforeAllCallback {

    public static final long SECONDS = 60;
    public static final Duration LONGEST = Duration.ofSeconds(SECONDS);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(LONGEST);
    }
}
