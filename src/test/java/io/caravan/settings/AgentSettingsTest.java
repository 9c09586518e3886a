package io.caravan.settings;

import static io.caravan.settings.SettingsFixture.refusal;
import static io.caravan.settings.SettingsFixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSettingsTest {

    @Test
    void needsAnAddress() {
        assertThat(refusal("caravan.providers=agent"))
                .isEqualTo("caravan.provider.agent.url must be set: a provider of type agent may be anywhere (--set)");
    }

    @ParameterizedTest
    @CsvSource({"ag-ui, AG_UI", "vercel, VERCEL", "json, PLAIN", "auto, PLAIN"})
    void asksInTheShapeOfTheAnswerUnlessAnotherIsSet(String shape, AgentRequestShape.Named request) {
        assertThat(agent("shape=" + shape).request()).isEqualTo(request);
        assertThat(agent("shape=" + shape, "request=plain").request()).isEqualTo(AgentRequestShape.Named.PLAIN);
    }

    @Test
    void takesABodyToFillIn() {
        AgentRequestShape request = agent("request={\"input\":{\"q\":\"$prompt\"},\"price\":\"$5\"}")
                .request();

        assertThat(request)
                .isInstanceOfSatisfying(
                        AgentRequestShape.Template.class,
                        template -> assertThat(template.body())
                                .hasToString("{\"input\":{\"q\":\"$prompt\"},\"price\":\"$5\"}"));
    }

    @Test
    void leavesStreamOptionsToProvidersOfTypeOpenai() {
        String[] openai = {"caravan.providers=openai", "caravan.provider.openai.stream-options=none"};

        assertThat(set(openai).providers().get(0).streamOptions()).isEqualTo(StreamOptions.NONE);
        assertThat(refusal(sets("stream-options=none")))
                .startsWith("caravan.provider.helpdesk.stream-options is only for a provider of type openai");
    }

    @Test
    void cannotBeAskedToGoOnWithAnAnswer() {
        assertThat(agent("resume=off").path()).isEqualTo("/stream");
        assertThat(refusal(sets("resume=prefix")))
                .startsWith("caravan.provider.helpdesk.resume cannot be prefix for a provider of type agent");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "path=stream; is not a path such as /stream",
                "path=/stream?a=b; is not a path such as /stream",
                "shape=graphql; is not one of auto, ag-ui, vercel, json, text",
                "request=soap; is not one of plain, ag-ui, vercel, or a JSON object such as",
                "request={\"q\":; is not a JSON object",
                "request={\"q\":\"hello\"}; holds neither $prompt nor $messages",
                "request={\"q\":\"$prompt\",\"x\":[\"$everything\"]}; knows no $everything, only $prompt",
                "text-pointer=output; is not a JSON Pointer such as /output",
                "text-pointer=/a~2; is not a JSON Pointer such as /output",
                "text=whole; is not one of delta, snapshot"
            })
    void refusesByNameWhatItCannotMean(String setting, String reason) {
        String key = "caravan.provider.helpdesk." + setting.substring(0, setting.indexOf('='));

        assertThat(refusal(sets(setting))).startsWith(key + ": ").contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"path=/run", "shape=auto", "end=eof"})
    void areOfAgentsAlone(String setting) {
        assertThat(refusal("caravan.provider.ollama." + setting))
                .isEqualTo("caravan.provider.ollama." + setting.substring(0, setting.indexOf('='))
                        + " is only for a provider of type agent (--set)");
    }

    private static AgentSettings agent(String... own) {
        return set(sets(own)).providers().get(0).agent();
    }

    private static String[] sets(String... own) {
        List<String> sets = new ArrayList<>(List.of(
                "caravan.providers=helpdesk",
                "caravan.provider.helpdesk.type=agent",
                "caravan.provider.helpdesk.url=http://localhost:8010"));
        for (String setting : own) {
            sets.add("caravan.provider.helpdesk." + setting);
        }
        return sets.toArray(String[]::new);
    }
}
