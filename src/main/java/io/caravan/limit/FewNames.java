package io.caravan.limit;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names that callers choose, and so could make up without end: the first 64 are kept, and all others share one. Nothing is
 * kept for a name beyond. Thread-safe.
 */
public final class FewNames {

    private static final int MOST = 64;
    private static final String OTHERS = "others";

    private final Set<String> names = ConcurrentHashMap.newKeySet();

    /** The name itself, if it is one of the first; else the one that all others share. */
    public String of(String name) {
        return names.contains(name) || added(name) ? name : OTHERS;
    }

    private synchronized boolean added(String name) {
        if (names.size() < MOST) {
            names.add(name);
        }
        return names.contains(name);
    }
}
