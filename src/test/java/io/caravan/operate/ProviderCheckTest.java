package io.caravan.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.demo.Fault;
import io.caravan.demo.Model;
import io.caravan.demo.ScriptedModel;
import io.caravan.llm.Dialects;
import io.caravan.llm.Provider;
import io.caravan.settings.ProviderSettings;
import io.caravan.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What doctor says of a provider of type anthropic. */
class ProviderCheckTest {

    private final ScriptedModel model = ScriptedModel.builder()
            .models(Model.named("claude-sonnet-4-5-20250929"))
            .start();

    @AfterEach
    void stop() {
        model.close();
    }

    @Test
    void findsTheModelByItsNameWithAndWithoutTheDay() throws Exception {
        assertThat(check("model=claude-sonnet-4-5")).hasSize(2).allMatch(line -> line.startsWith("ok"));
        assertThat(check("model=claude-sonnet-4-5-20250929")).allMatch(line -> line.startsWith("ok"));
        assertThat(check("model=claude-sonnet-4"))
                .last()
                .asString()
                .startsWith("warn")
                .contains("claude-sonnet-4-5-20250929");
    }

    @Test
    void sendsAHeaderOfTheSettingsInPlaceOfItsOwnAndOnce() throws Exception {
        check("api-key=sk-ant-1", "headers.Anthropic-Version=2099-01-01");

        assertThat(model.calls().get(0).headers())
                .containsEntry("x-api-key", "sk-ant-1")
                .containsEntry("anthropic-version", "2099-01-01");
    }

    @Test
    void saysWhatToDoWhereItIsNotLetIn() throws Exception {
        model.when(call -> true, Fault.status(401));

        assertThat(check())
                .singleElement()
                .asString()
                .startsWith("FAIL")
                .contains("caravan.provider.anthropic.api-key");
    }

    private List<String> check(String... own) throws InterruptedException {
        List<String> sets = new ArrayList<>(
                List.of("caravan.providers=anthropic", "caravan.provider.anthropic.url=" + model.url()));
        for (String setting : own) {
            sets.add("caravan.provider.anthropic." + setting);
        }
        ProviderSettings settings = Settings.load(Optional.empty(), Map.of(), sets, false)
                .providers()
                .get(0);
        Provider provider = new Provider(settings, Dialects.of(settings));
        return new ProviderCheck(provider, provider.servers().all().get(0), secret -> secret)
                .findings().stream().map(Finding::line).toList();
    }
}
