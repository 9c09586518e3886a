package io.caravan.camel;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.apache.camel.util.concurrent.SizedScheduledExecutorService;

/**
 * Camel's thread pools, except that a scheduled one sleeps until something is due. On virtual threads Camel makes them
 * without a core thread, and the JDK then wakes the last one a hundred times a second to see whether it may end: 1.4 % of
 * a core for each route that polls.
 */
public final class QuietPools extends DefaultThreadPoolFactory {

    @Override
    public ScheduledExecutorService newScheduledThreadPool(ThreadPoolProfile profile, ThreadFactory threads) {
        int core = profile.getPoolSize() == null ? 1 : Math.max(1, profile.getPoolSize());
        ScheduledThreadPoolExecutor pool =
                new ScheduledThreadPoolExecutor(core, threads, new ThreadPoolExecutor.CallerRunsPolicy());
        pool.setRemoveOnCancelPolicy(true);
        Integer longest = profile.getMaxQueueSize();
        return longest == null ? pool : new SizedScheduledExecutorService(pool, longest);
    }
}
