package io.caravan.operate;

import io.caravan.llm.Provider;
import io.caravan.llm.Providers;
import io.caravan.llm.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whether the providers can be asked: all of them at once, for some seconds at most. */
public final class Preflight {

    private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

    private final Providers providers;
    private final UnaryOperator<String> resolve;

    /** @param resolve looks up what is left in a secret for Camel: vaults */
    public Preflight(Providers providers, UnaryOperator<String> resolve) {
        this.providers = providers;
        this.resolve = resolve;
    }

    /** What there is to say of each provider, in the order of the providers. */
    public List<Finding> findings() {
        List<CompletableFuture<List<Finding>>> checks =
                providers.all().stream().map(this::begin).toList();
        return checks.stream().flatMap(check -> check.join().stream()).toList();
    }

    /** Returns at once; what is not as it should be is a warning in the log, as soon as it is known. */
    public void inBackground() {
        for (Provider provider : providers.all()) {
            CompletableFuture<Void> unused = begin(provider).thenAccept(Preflight::warn);
        }
    }

    private CompletableFuture<List<Finding>> begin(Provider provider) {
        CompletableFuture<List<Finding>> found = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        List<Finding> all = new ArrayList<>();
                        for (Server server : provider.servers().all()) {
                            all.addAll(new ProviderCheck(provider, server, resolve).findings());
                        }
                        found.complete(all);
                    } catch (InterruptedException e) {
                        found.complete(List.of());
                    } catch (RuntimeException | Error e) {
                        found.completeExceptionally(e);
                    }
                },
                "caravan-preflight-" + provider.name());
        thread.setDaemon(true);
        thread.start();
        return found;
    }

    private static void warn(List<Finding> findings) {
        findings.stream()
                .filter(finding -> finding.level() != Finding.Level.OK)
                .forEach(finding -> LOG.warn("{}: {}", finding.subject(), finding.text()));
    }
}
