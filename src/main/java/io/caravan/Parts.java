package io.caravan;

import io.caravan.batch.Batches;
import io.caravan.broker.Broker;
import io.caravan.broker.Endurance;
import io.caravan.broker.Quarantine;
import io.caravan.broker.Queues;
import io.caravan.camel.McpCalls;
import io.caravan.camel.ModelConnections;
import io.caravan.camel.kafka.KafkaDoor;
import io.caravan.camel.server.OnePortServer;
import io.caravan.chat.InFlight;
import io.caravan.files.Reminder;
import io.caravan.limit.Admission;
import io.caravan.limit.Deadlines;
import io.caravan.llm.Breakers;
import io.caravan.llm.Provider;
import io.caravan.llm.Providers;
import io.caravan.mcp.McpServers;
import io.caravan.operate.BatchMetrics;
import io.caravan.operate.ChatMetrics;
import io.caravan.operate.Gauges;
import io.caravan.operate.Journal;
import io.caravan.operate.McpMetrics;
import io.caravan.operate.QueueMetrics;
import io.caravan.settings.Settings;
import io.caravan.store.Database;
import io.caravan.tool.NamePatterns;
import io.caravan.tool.RouteTools;
import io.caravan.tool.ToolCatalogue;
import io.caravan.tool.ToolSource;
import io.caravan.workers.Fronts;
import io.caravan.workers.Workers;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The parts that outlive any route: whatever is swapped while requests run, these stay. */
record Parts(
        Settings settings,
        Vertx vertx,
        Broker broker,
        Optional<KafkaDoor> kafka,
        Workers workers,
        Fronts fronts,
        Endurance endurance,
        Quarantine quarantine,
        Database database,
        Batches batches,
        Providers providers,
        ModelConnections connections,
        Breakers breakers,
        Admission admission,
        Deadlines deadlines,
        InFlight inFlight,
        RouteTools routeTools,
        ToolCatalogue tools,
        McpCalls mcpCalls,
        McpServers mcp,
        PrometheusMeterRegistry meters,
        QueueMetrics queueMetrics,
        Journal journal) {

    /** @param resolve looks up what is left in a secret for Camel: vaults */
    static Parts of(Settings settings, UnaryOperator<String> resolve) {
        Providers providers = Providers.of(settings.providers());
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Deadlines deadlines = new Deadlines();
        RouteTools routeTools = new RouteTools();
        McpCalls mcpCalls = new McpCalls(settings.mcp(), resolve);
        McpServers mcp = McpServers.of(settings.mcp(), mcpCalls, deadlines, resolve, new McpMetrics(meters));
        Broker broker = Broker.of(settings.broker(), settings.work().workDir().resolve(App.BROKER_FOLDER), resolve);
        Database database = new Database(settings.database(), settings.work().workDir(), resolve);
        Parts parts = new Parts(
                settings,
                // Every blocking step has a thread of its own: the warnings of blocked event loops are for defects.
                Vertx.vertx(new VertxOptions()
                        .setEventLoopPoolSize(eventLoops())
                        .setPreferNativeTransport(true) // epoll, where there is one: a twentieth less work a chunk
                        .setWorkerPoolSize(OnePortServer.REQUESTS)
                        .setMaxWorkerExecuteTime(Long.MAX_VALUE)),
                broker,
                settings.kafka().open() ? Optional.of(new KafkaDoor(settings.kafka())) : Optional.empty(),
                new Workers(broker.connections()),
                new Fronts(broker.sending()),
                new Endurance(),
                new Quarantine(new Reminder(settings.work().workDir().resolve(".alone"))),
                database,
                new Batches(database, broker.sending(), settings.batch()),
                providers,
                new ModelConnections(
                        providers, mcpCalls.routes(settings.admission().maxConcurrent()), resolve, deadlines),
                new Breakers(providers),
                new Admission(
                        settings.admission().maxConcurrent(),
                        settings.admission().maxWaiting()),
                deadlines,
                new InFlight(settings.webSocket().maxInFlight()),
                routeTools,
                new ToolCatalogue(
                        sources(routeTools, mcp),
                        new NamePatterns(settings.tools().confirm())),
                mcpCalls,
                mcp,
                meters,
                new QueueMetrics(meters),
                new Journal(new ChatMetrics(meters)));
        parts.measure();
        return parts;
    }

    private static List<ToolSource> sources(RouteTools routes, McpServers mcp) {
        List<ToolSource> sources = new ArrayList<>(List.of(routes));
        sources.addAll(mcp.sources());
        return sources;
    }

    private void measure() {
        McpMetrics mcpMetrics = new McpMetrics(meters);
        mcp.all().forEach(mcpMetrics::server);
        Queues.ALL.forEach(queue -> queueMetrics.depth(queue, () -> broker.depth(queue)));
        queueMetrics.waiting(endurance::waiting);
        Gauges gauges = new Gauges(meters);
        gauges.admission(admission);
        gauges.breakers(breakers.all());
        new BatchMetrics(meters).measure(batches);
        for (Provider provider : providers.all()) {
            String name = provider.name();
            gauges.pool(
                    name,
                    () -> connections.stats(name).getLeased(),
                    () -> connections.stats(name).getAvailable(),
                    () -> connections.stats(name).getPending());
            gauges.limits(name, provider.limits());
            gauges.models(name, provider.limits().models());
            provider.servers().all().forEach(server -> gauges.server(name, server));
        }
    }

    private static int eventLoops() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    /** Has what waits in front of a model or of another prompt go back to its queue. */
    void stopWaiting() {
        endurance.stop();
        quarantine.stop();
    }

    /** Lets go of what would keep the process alive. */
    void close() {
        batches.close();
        database.close();
        workers.close();
        fronts.close();
        kafka.ifPresent(KafkaDoor::close);
        broker.close();
        mcp.close();
        deadlines.close();
        connections.close();
        vertx.close();
    }
}
