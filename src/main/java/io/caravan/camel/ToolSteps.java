package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.Failures;
import io.caravan.failure.RejectedException;
import io.caravan.limit.Deadlines;
import io.caravan.limit.Times;
import io.caravan.operate.Journal;
import io.caravan.settings.ToolSettings;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import io.caravan.tool.ToolUse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;

/** The steps of the routes in which a model's calls of tools are run; each is named in the YAML. */
public final class ToolSteps {

    private final ToolSettings settings;
    private final Deadlines deadlines;
    private final Journal journal;

    public ToolSteps(ToolSettings settings, Deadlines deadlines, Journal journal) {
        this.settings = settings;
        this.deadlines = deadlines;
        this.journal = journal;
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopped(run);
        } catch (CancellationException | ExecutionException e) {
            throw stopped(run);
        } finally {
            watch.close();
        }
    }

    private static RejectedException stopped(ToolRun run) {
        return RejectedException.toolFailed(run.cancelled().orElse("the question was stopped"));
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
