package io.caravan.dialect;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What was made of objects, for as long as somebody else holds these very objects. Thread-safe. */
final class IdentityCache<K, V> {

    private final Map<Key<K>, V> values = new ConcurrentHashMap<>();
    private final ReferenceQueue<K> gone = new ReferenceQueue<>();

    /** What was made of the object before, or is made now; two threads may both make it. */
    V get(K object, Function<K, V> make) {
        V known = values.get(new Key<>(object, null));
        if (known != null) {
            return known;
        }
        forgetTheGone();
        V made = make.apply(object);
        values.put(new Key<>(object, gone), made);
        return made;
    }

    int size() {
        return values.size();
    }

    private void forgetTheGone() {
        Reference<? extends K> key;
        while ((key = gone.poll()) != null) {
            values.remove(key);
        }
    }

    /** Equal to one of the same object, and, once that is gone, only to itself. */
    private static final class Key<K> extends WeakReference<K> {

        private final int hash;

        Key(K object, @Nullable ReferenceQueue<K> gone) {
            super(object, gone);
            this.hash = System.identityHashCode(object);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            Object object = get();
            return object != null && other instanceof Key<?> key && key.get() == object;
        }
    }
}
