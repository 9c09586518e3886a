package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.Failures;
import io.caravan.failure.RejectedException;
import io.caravan.limit.Deadlines;
import io.caravan.limit.Times;
import io.caravan.llm.Providers;
import io.caravan.llm.WithoutTools;
import io.caravan.operate.Journal;
import io.caravan.settings.ToolSettings;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolCatalogue;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import io.caravan.tool.ToolUse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;

/** The steps of the routes in which a model uses tools; each is named in the YAML. */
public final class ToolSteps {

    /** Tools that ask models that use tools: deeper it is a mistake, and would cost without end. */
    private static final int DEEPEST = 3;

    private final ToolCatalogue catalogue;
    private final ToolSettings settings;
    private final Providers providers;
    private final WithoutTools withoutTools;
    private final Deadlines deadlines;
    private final Journal journal;

    public ToolSteps(
            ToolCatalogue catalogue,
            ToolSettings settings,
            Providers providers,
            WithoutTools withoutTools,
            Deadlines deadlines,
            Journal journal) {
        this.catalogue = catalogue;
        this.settings = settings;
        this.providers = providers;
        this.withoutTools = withoutTools;
        this.deadlines = deadlines;
        this.journal = journal;
    }

    // what may be used

    /**
     * Whether the question may use tools. It gets none by itself where there are none, where the model has no use for them,
     * and inside a tool.
     *
     * @throws RejectedException if it names tools, and the provider is one that has its own
     */
    public boolean mayUseTools(Exchange exchange) {
        ChatCall call = call(exchange);
        CaravanExchange.keep(exchange, (ToolUse) null);
        boolean takes = providers.named(call.progress().provider()).dialect().takesTools();
        Optional<List<String>> named = call.request().toolNames();
        if (named.isPresent() && !named.get().isEmpty() && !takes) {
            throw RejectedException.invalid(
                    call.progress().provider() + " is an agent: it has tools of its own, and takes no others");
        }
        if (named.isPresent() && !named.get().isEmpty() && CaravanExchange.depth(exchange) >= DEEPEST) {
            throw RejectedException.invalid("a question inside " + DEEPEST + " tools cannot use further ones");
        }
        return named.map(names -> !names.isEmpty())
                .orElseGet(() -> takes
                        && !catalogue.all().isEmpty()
                        && CaravanExchange.depth(exchange) == 0
                        && !withoutTools.answers(call));
    }

    /** The tools that the question may use, as the body: those it names, or all. */
    public void findTools(Exchange exchange) {
        Optional<List<String>> wanted = Questions.toolNames(exchange.getMessage())
                .or(() -> call(exchange).request().toolNames());
        exchange.getMessage().setBody(catalogue.chosen(wanted));
    }

    /** Offers the tools that were found to the model. */
    public Exchange offerTools(Exchange question, Exchange found) {
        if (found.getException() != null) {
            question.setException(found.getException());
            return question;
        }
        ChatCall call = call(question);
        ToolUse tools = new ToolUse(tools(found), settings, System::nanoTime, CaravanExchange.depth(question));
        call.ask(call.request().offering(tools.shown()));
        call.approvals().requireFor(name -> call.approvals().attended() && tools.confirms(name));
        CaravanExchange.keep(question, tools);
        return question;
    }

    @SuppressWarnings("unchecked")
    private static List<OfferedTool> tools(Exchange found) {
        return found.getMessage().getBody(List.class);
    }

    // a round of calls

    /** Whether the model has asked for tools. */
    public boolean asksForTools(Exchange exchange) {
        return exchange.getException() == null
                && CaravanExchange.tools(exchange).isPresent()
                && call(exchange).asksForTools();
    }

    /** The calls of the model's turn as the body; from here on they end with the question. */
    public void beginRound(Exchange exchange) {
        ChatCall call = call(exchange);
        ToolUse tools = used(exchange);
        tools.beginRound();
        call.whenStopped(() ->
                tools.cancelAll(call.stopped().map(CaravanException::getMessage).orElse("the question was stopped")));
        AfterRoute.run(exchange, () -> tools.cancelAll("the question has ended"));
        exchange.getMessage()
                .setBody(call.progress().toolCalls().stream()
                        .map(asked -> new ToolStep(asked, call, tools))
                        .toList());
    }

    /** Puts what the tools have said into the conversation; once enough was done, the model may ask for no more. */
    public void endRound(Exchange exchange) {
        ChatCall call = call(exchange);
        call.nothingToStop();
        call.checkStopped();
        @SuppressWarnings("unchecked")
        List<ToolStep> steps = exchange.getMessage().getBody(List.class);
        call.answerTools(steps.stream().map(ToolStep::result).toList());
        used(exchange).spent().ifPresent(limit -> {
            journal.toolsSpent(call, limit);
            call.ask(call.request().withoutCalls());
        });
    }

    private static ToolUse used(Exchange exchange) {
        return CaravanExchange.tools(exchange).orElseThrow();
    }

    // one call

    /** Finds the tool, checks what can be checked, and takes one of the places; the endpoint that runs it is a property. */
    public void prepareTool(Exchange exchange) {
        ToolStep step = exchange.getMessage().getBody(ToolStep.class);
        exchange.setProperty(ToolStep.PROPERTY, step);
        ToolRun run = step.prepare();
        exchange.setProperty(
                "toolEndpoint", run.tool().source().endpoint(run.tool().definition()));
        exchange.getMessage().setBody(run);
    }

    /** Waits, bounded, for somebody's word where the tool asks for it; then its time begins. */
    public void approveTool(Exchange exchange) {
        ToolStep step = step(exchange);
        ToolRun run = exchange.getMessage().getBody(ToolRun.class);
        if (run.tool().confirm()) {
            approve(step, run);
        }
        step.begin(deadlines, run.tool().source().timeout().orElse(settings.timeout()));
    }

    private void approve(ToolStep step, ToolRun run) {
        if (!step.chat().approvals().attended()) {
            if (settings.unattended() == ToolSettings.Unattended.REFUSE) {
                throw RejectedException.toolFailed(
                        "not run: this tool needs somebody's approval, and nobody can give it here");
            }
            return;
        }
        CompletableFuture<Boolean> decision =
                step.chat().approvals().of(step.asked().callId());
        Duration time = step.tools().atMost(settings.confirmTimeout());
        ToolRun.Watch watch = run.whenCancelled(() -> decision.cancel(false));
        try {
            if (!decision.get(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw RejectedException.toolFailed("not run: the user has rejected this call");
            }
        } catch (TimeoutException e) {
            decision.cancel(false);
            throw RejectedException.toolFailed("not run: nobody has approved this call within " + Times.plain(time));
        } catch (CancellationException | ExecutionException | InterruptedException e) {
            throw RejectedException.toolFailed(run.cancelled().orElse("the question was stopped"));
        } finally {
            watch.close();
        }
    }

    /** What went wrong, in words for the model. */
    public void toolFailed(Exchange exchange) {
        Exception why = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        CaravanException failure = Failures.of(why);
        step(exchange).failed(failure);
        exchange.getMessage()
                .setBody(ToolOutcome.error(
                        failure.code() == ErrorCode.INTERNAL
                                ? "the tool failed"
                                : String.valueOf(failure.getMessage())));
    }

    /** The call is over: what it said is kept for the model. */
    public void endTool(Exchange exchange) {
        ToolStep step = step(exchange);
        Object said = exchange.getMessage().getBody();
        step.end(said instanceof ToolOutcome outcome ? outcome : ToolOutcome.error("the tool has no result"));
        journal.toolRan(step.chat(), step.asked().name(), step.source(), step.error(), step.elapsed());
    }

    /** The event with the result of a call; one at a time, since events of a request have an order. */
    public void toolResult(Exchange exchange) {
        ToolStep step = step(exchange);
        exchange.getMessage().setBody(step.chat().inOrder(step.result(), next -> AfterRoute.run(exchange, next)));
    }

    private static ToolStep step(Exchange exchange) {
        return exchange.getProperty(ToolStep.PROPERTY, ToolStep.class);
    }
}
