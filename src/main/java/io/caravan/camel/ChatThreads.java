package io.caravan.camel;

import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One thread for each request under way: virtual from Java 24 on, where a blocked one costs next to nothing; before,
 * from a bounded pool. (Virtual threads of Java 21 to 23 pin their carrier in {@code synchronized}, which the libraries
 * on the way use.)
 */
public final class ChatThreads {

    private static final int FIRST_GOOD_VERSION = 24;
    /** Camel's own switch, so that its pools do likewise. */
    private static final String SWITCH = "camel.threads.virtual.enabled";

    private static final long IDLE_SECONDS = 30;

    private ChatThreads() {}

    /** Whether requests run on virtual threads. To be asked first before any class of Camel is loaded. */
    public static boolean virtual() {
        if (System.getProperty(SWITCH) == null) {
            System.setProperty(SWITCH, Boolean.toString(Runtime.version().feature() >= FIRST_GOOD_VERSION));
        }
        return Boolean.getBoolean(SWITCH);
    }

    /**
     * A thread for each task at once.
     *
     * @param most threads of a bounded pool; a task more is refused with {@code overloaded}
     */
    public static ExecutorService unlimited(String name, int most) {
        return virtual()
                ? virtualThreads(name)
                : pool(name, most, (task, pool) -> {
                    throw new UnavailableException(ErrorCode.OVERLOADED, "all " + most + " threads are taken");
                });
    }

    /** A thread for each task at once, as long as there are some; who brings a task more does it himself. */
    public static ExecutorService plenty(String name, int most) {
        return virtual() ? virtualThreads(name) : limited(name, most);
    }

    /** So many threads; who brings a task more does it himself. */
    public static ExecutorService limited(String name, int most) {
        return pool(name, most, new ThreadPoolExecutor.CallerRunsPolicy());
    }

    /** So many threads; a task more waits until one is free. */
    public static ExecutorService inTurn(String name, int most) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ExecutorService pool(String name, int most, java.util.concurrent.RejectedExecutionHandler overflow) {
        return new ThreadPoolExecutor(
                0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), threads(name), overflow);
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Through reflection: the classes are compiled for Java 17. */
    private static ExecutorService virtualThreads(String name) {
        try {
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builder = type.getMethod("name", String.class, long.class).invoke(builder, name + "-", 1L);
            Method factory = type.getMethod("factory");
            return (ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory.invoke(builder));
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException("this Java has no virtual threads: do not set " + SWITCH, e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
