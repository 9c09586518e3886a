package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.failure.RejectedException;
import io.caravan.llm.Providers;
import io.caravan.llm.WithoutTools;
import io.caravan.settings.ToolSettings;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolCatalogue;
import io.caravan.tool.ToolUse;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/** The steps of the routes in which a question is offered tools; each is named in the YAML. */
public final class ToolOffer {

    /** Tools that ask models that use tools: deeper it is a mistake, and would cost without end. */
    private static final int DEEPEST = 3;

    private final ToolCatalogue catalogue;
    private final ToolSettings settings;
    private final Providers providers;
    private final WithoutTools withoutTools;

    public ToolOffer(ToolCatalogue catalogue, ToolSettings settings, Providers providers, WithoutTools withoutTools) {
        this.catalogue = catalogue;
        this.settings = settings;
        this.providers = providers;
        this.withoutTools = withoutTools;
    }

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
}
