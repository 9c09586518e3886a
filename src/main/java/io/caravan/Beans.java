package io.caravan;

import io.caravan.broker.KeptAnswers;
import io.caravan.camel.Backoff;
import io.caravan.camel.ChatSteps;
import io.caravan.camel.ChatThreads;
import io.caravan.camel.EachChunk;
import io.caravan.camel.FailureSteps;
import io.caravan.camel.FileSteps;
import io.caravan.camel.InboxLook;
import io.caravan.camel.Isolation;
import io.caravan.camel.LimitSteps;
import io.caravan.camel.McpDoor;
import io.caravan.camel.McpSteps;
import io.caravan.camel.ModelList;
import io.caravan.camel.ModelPath;
import io.caravan.camel.ModelSteps;
import io.caravan.camel.NextProvider;
import io.caravan.camel.OneLine;
import io.caravan.camel.ProgramHealth;
import io.caravan.camel.QuestionSteps;
import io.caravan.camel.QuietPools;
import io.caravan.camel.ToolOffer;
import io.caravan.camel.ToolSteps;
import io.caravan.camel.WebSocketDoor;
import io.caravan.camel.WorkerSteps;
import io.caravan.camel.batch.BatchBeans;
import io.caravan.camel.header.HttpFilter;
import io.caravan.camel.kafka.RecordSteps;
import io.caravan.camel.queue.AnswerSteps;
import io.caravan.camel.queue.BrokerGate;
import io.caravan.camel.queue.IdempotencySteps;
import io.caravan.camel.queue.PromptSteps;
import io.caravan.camel.queue.QueueComponent;
import io.caravan.camel.reload.ReplaceableDirect;
import io.caravan.camel.tool.ToolComponent;
import io.caravan.chat.ModelAskers;
import io.caravan.files.AnswerFiles;
import io.caravan.files.Patience;
import io.caravan.files.Strangers;
import io.caravan.files.WorkDirCheck;
import io.caravan.llm.Fallback;
import io.caravan.llm.Provider;
import io.caravan.llm.Retries;
import io.caravan.llm.WithoutTools;
import io.caravan.mcp.server.CaravanMcp;
import io.caravan.operate.McpDoorMetrics;
import io.caravan.settings.Settings;
import io.caravan.settings.ToolSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import jakarta.jms.ConnectionFactory;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.spi.Registry;

/** The beans that routes name: every {@code ref} in {@code routes/} is bound here. */
final class Beans {

    /** Prompt files that are answered at the same time. */
    private static final int FILES_AT_ONCE = 16;

    /** One is made, while the one before is still being told. */
    private static final int LISTS_AT_ONCE = 2;

    /** Threads for requests that are refused, when all that may run or wait do. */
    private static final int SPARE_THREADS = 64;

    private final Registry registry;

    private Beans(Registry registry) {
        this.registry = registry;
    }

    static void bind(CamelContext context, Parts parts) {
        context.getExecutorServiceManager().setThreadPoolFactory(new QuietPools());
        Beans beans = new Beans(context.getRegistry());
        beans.components(context, parts);
        beans.threads(parts.settings());
        beans.providers(parts);
        beans.steps(parts);
        beans.queues(parts);
        beans.workers(parts);
        beans.mcp(parts);
        beans.health(parts);
    }

    private void components(CamelContext context, Parts parts) {
        registry.bind("direct", new ReplaceableDirect());
        registry.bind(
                "tool",
                new ToolComponent(parts.routeTools(), ChatThreads.unlimited("tool", mostRoutes(parts.settings()))));
        registry.bind("jms", new QueueComponent(parts.broker()));
        parts.kafka().ifPresent(kafka -> kafka.open(registry));
        registry.bind("atOnce", ConnectionFactory.class, parts.broker().sending());
        for (String scheme : new String[] {"http", "https"}) {
            HttpComponent http = context.getComponent(scheme, HttpComponent.class);
            http.setClientConnectionManager(parts.connections().pool());
            http.setCookieManagementDisabled(true);
            http.setHeaderFilterStrategy(new HttpFilter());
        }
        parts.mcpCalls().bind(context);
    }

    private void threads(Settings settings) {
        int most = mostThreads(settings);
        registry.bind("chatThreads", ExecutorService.class, ChatThreads.unlimited("chat", most));
        registry.bind("listThreads", ExecutorService.class, ChatThreads.limited("models", LISTS_AT_ONCE));
        registry.bind("toolThreads", ExecutorService.class, ChatThreads.plenty("tool-call", most));
        registry.bind("frameThreads", ExecutorService.class, ChatThreads.unlimited("websocket", Integer.MAX_VALUE));
        registry.bind("fileThreads", ExecutorService.class, ChatThreads.limited("file", FILES_AT_ONCE));
    }

    /** Each question may run so many side by side, and each has a thread of its own. */
    private static int mostRoutes(Settings settings) {
        return settings.admission().maxConcurrent() * settings.tools().maxParallel() + SPARE_THREADS;
    }

    private static int mostThreads(Settings settings) {
        return settings.admission().maxConcurrent() + settings.admission().maxWaiting() + SPARE_THREADS;
    }

    private void providers(Parts parts) {
        for (Provider provider : parts.providers().all()) {
            String name = provider.name();
            registry.bind("http-" + name, parts.connections().configurer(provider));
            registry.bind(
                    "breaker-" + name, CircuitBreaker.class, parts.breakers().of(name));
        }
    }

    private void health(Parts parts) {
        check(ProgramHealth.accepting(parts.admission()::closed));
        check(ProgramHealth.workDir(new WorkDirCheck(parts.settings().work().workDir())::problem));
        check(ProgramHealth.database(parts.batches().watch()::trouble));
        check(ProgramHealth.broker(parts.broker()::problem));
        parts.kafka().ifPresent(kafka -> check(ProgramHealth.kafka(kafka.cluster()::problem)));
        parts.breakers().all().getAllCircuitBreakers().forEach(breaker -> check(ProgramHealth.provider(breaker)));
        parts.mcp().all().forEach(server -> check(ProgramHealth.mcpServer(server)));
    }

    private void check(HealthCheck check) {
        registry.bind("health-" + check.getId(), HealthCheck.class, check);
    }

    private void steps(Parts parts) {
        ChatSteps chat = new ChatSteps(parts.admission(), parts.providers(), parts.journal(), parts.deadlines());
        step("openStream", chat::openStream);
        step("openWhole", chat::openWhole);
        step("admit", chat::admit);
        step("choose", chat::choose);
        step("started", chat::started);
        step("completed", chat::completed);
        step("wholeText", chat::wholeText);

        WithoutTools withoutTools = new WithoutTools();
        Fallback fallback = new Fallback(parts.providers());
        ModelSteps model =
                new ModelSteps(parts.providers(), fallback, parts.deadlines(), parts.breakers(), parts.journal());
        step("withinLimits", new LimitSteps(parts.providers(), parts.deadlines(), parts.journal())::withinLimits);
        step("ask", model::ask);
        step("modelPath", new ModelPath()::set);
        step("checkStatus", model::checkStatus);
        step("chunk", model::chunk);
        step("verdict", model::verdict);
        step("rethrow", model::rethrow);
        registry.bind("eachChunk", new EachChunk());
        registry.bind("backoff", new Backoff(new Retries(parts.providers()), withoutTools));
        registry.bind("nextProvider", new NextProvider(fallback, parts.journal()));

        ModelList models = new ModelList(parts.providers());
        step("providerNames", models::providerNames);
        step("askModels", models::ask);
        step("readModels", models::read);
        step("modelsEvent", models::event);
        registry.bind("modelList", models);

        ToolSettings toolSettings = parts.settings().tools();
        ToolOffer offer = new ToolOffer(parts.tools(), toolSettings, parts.providers(), withoutTools);
        condition("mayUseTools", offer::mayUseTools);
        step("findTools", offer::findTools);
        AggregationStrategy offered = offer::offerTools;
        registry.bind("offerTools", offered);

        ToolSteps tools = new ToolSteps(toolSettings, parts.deadlines(), parts.journal());
        condition("asksForTools", tools::asksForTools);
        step("beginRound", tools::beginRound);
        step("prepareTool", tools::prepareTool);
        step("approveTool", tools::approveTool);
        step("toolFailed", tools::toolFailed);
        step("endTool", tools::endTool);
        step("toolResult", tools::toolResult);
        step("endRound", tools::endRound);
        step("callMcp", new McpSteps(parts.mcp())::call);

        WebSocketDoor webSocket = new WebSocketDoor(
                parts.inFlight(), new ModelAskers(parts.settings().webSocket().maxInFlight()));
        step("readFrame", webSocket::read);
        step("cancel", webSocket::cancel);
        step("decide", webSocket::decide);
        step("joinModelAskers", webSocket::joinModelAskers);
        step("modelAskers", webSocket::modelAskers);
        step("modelsForAsker", webSocket::modelsForAsker);
        step("pong", webSocket::pong);

        AnswerFiles files = new AnswerFiles(parts.settings().work().workDir());
        Patience patience = new Patience();
        FileSteps file = new FileSteps(files, patience, parts.journal(), parts.admission()::closed);
        registry.bind("mayBeTaken", file.mayBeTaken());
        registry.bind(
                "inboxLook",
                new InboxLook(new Strangers(parts.settings().work().workDir().resolve("inbox"))));
        registry.bind("oneLine", new OneLine());
        step("beginAnswer", file::begin);
        step("appendAnswer", file::append);
        step("publishAnswer", file::publish);
        step("setAside", file::setAside);
        step("failed", new FailureSteps()::failed);

        new BatchBeans(
                        parts.batches(),
                        parts.settings().batch().consumers(),
                        parts.settings().work().workDir(),
                        new Isolation(parts.quarantine()),
                        parts.admission()::closed)
                .bind(registry, files, patience);
    }

    private void workers(Parts parts) {
        WorkerSteps workers = new WorkerSteps(parts.workers());
        step("askWorkers", workers::ask);
        registry.bind("eachEvent", workers.eachEvent());
        step("workersAnswered", workers::verdict);
        QuestionSteps question = new QuestionSteps(parts.fronts());
        step("readQuestion", question::read);
        step("replyToFront", question::reply);
        step("controlQuestion", question::control);
    }

    private void queues(Parts parts) {
        PromptSteps prompt = new PromptSteps(
                parts.endurance(),
                new Isolation(parts.quarantine()),
                parts.journal(),
                parts.queueMetrics(),
                parts.settings().broker().consumers());
        step("readPrompt", prompt::read);
        step("askPrompt", prompt::ask);
        step("isolatePrompt", prompt::isolate);
        step("checkBroker", new BrokerGate(parts.broker())::check);
        condition("mayBeAskedAgain", prompt::mayBeAskedAgain);
        IdempotencySteps idempotency = new IdempotencySteps(
                new KeptAnswers(parts.database(), parts.settings().queue().retention(), Clock.systemUTC()));
        step("findAnswer", idempotency::find);
        step("keepAnswer", idempotency::keep);
        AnswerSteps answer = new AnswerSteps(parts.endurance(), parts.queueMetrics());
        step("answerPrompt", answer::answer);
        step("chunkOfPrompt", answer::chunk);
        step("failPrompt", answer::fail);
        step("originalPrompt", answer::original);
        step("deadPrompt", answer::setAside);
        parts.kafka().ifPresent(kafka -> records(parts, prompt));
    }

    private void records(Parts parts, PromptSteps prompt) {
        RecordSteps records =
                new RecordSteps(prompt, parts.endurance(), parts.settings().kafka());
        step("readRecord", records::read);
        step("commitRecord", records::commit);
        step("readRecordAgain", records::readAgain);
        condition("recordMayBeAskedAgain", records::mayBeAskedAgain);
    }

    private void mcp(Parts parts) {
        boolean unconfirmed = parts.settings().tools().unattended() == ToolSettings.Unattended.ALLOW;
        CaravanMcp server = new CaravanMcp(
                () -> parts.tools().all().stream()
                        .filter(tool -> tool.source().equals(parts.routeTools()))
                        .filter(tool -> unconfirmed || !tool.confirm())
                        .toList(),
                Optional.ofNullable(Beans.class.getPackage().getImplementationVersion())
                        .orElse("development"));
        McpDoor door = new McpDoor(
                server,
                parts.deadlines(),
                parts.settings().tools().timeout(),
                parts.journal(),
                new McpDoorMetrics(parts.meters()));
        step("readMcp", door::read);
        step("answerMcp", door::answer);
        step("refuseMcp", door::refuse);
        step("endMcp", door::end);
        step("writeMcp", door::write);
    }

    private void step(String name, Processor step) {
        registry.bind(name, Processor.class, step);
    }

    private void condition(String name, Predicate condition) {
        registry.bind(name, Predicate.class, condition);
    }
}
