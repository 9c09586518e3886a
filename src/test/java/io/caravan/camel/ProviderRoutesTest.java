package io.caravan.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.camel.reload.TemplateInstance;
import io.caravan.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderRoutesTest {

    private static List<TemplateInstance> routes(String... settings) {
        return ProviderRoutes.of(Settings.load(Optional.empty(), Map.of(), List.of(settings), false)
                .providers());
    }

    @Test
    void asksEachProviderInARouteOfTheTemplateOfItsType() {
        List<TemplateInstance> routes = routes(
                "caravan.providers=near,far", "caravan.provider.near.type=ollama", "caravan.provider.far.type=openai");

        assertThat(routes)
                .contains(
                        new TemplateInstance("llm-near", "llm-ollama", Map.of("provider", "near")),
                        new TemplateInstance("llm-far", "llm-openai", Map.of("provider", "far")))
                .extracting(TemplateInstance::routeId)
                .containsExactly("llm-near", "models-near", "llm-far", "models-far");
    }

    @ParameterizedTest
    @CsvSource({"ollama, /api/tags", "openai, /models", "anthropic, /v1/models"})
    void listsTheModelsOfAProviderWhereItsServersDo(String type, String path) {
        assertThat(routes("caravan.providers=one", "caravan.provider.one.type=" + type))
                .contains(new TemplateInstance("models-one", "models-of", Map.of("provider", "one", "path", path)));
    }

    @Test
    void leavesTheQueryOfAListOfModelsToTheCall() {
        assertThat(routes("caravan.providers=one", "caravan.provider.one.type=gemini"))
                .contains(new TemplateInstance(
                        "models-one", "models-of", Map.of("provider", "one", "path", "/v1beta/models")));
    }

    @Test
    void asksNoServerForAListThatItDoesNotHave() {
        assertThat(routes(
                        "caravan.providers=one",
                        "caravan.provider.one.type=agent",
                        "caravan.provider.one.url=http://a"))
                .contains(new TemplateInstance("models-one", "models-without-list", Map.of("provider", "one")));
    }
}
