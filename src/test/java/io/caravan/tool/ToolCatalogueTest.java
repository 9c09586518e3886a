package io.caravan.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.failure.RejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToolCatalogueTest {

    private final List<ToolDefinition> offered = new ArrayList<>(Sources.tools("now", "zone"));
    private List<ToolDefinition> clock = List.copyOf(offered);

    private final ToolCatalogue catalogue = new ToolCatalogue(
            List.of(changing(), Sources.of("mail", Sources.tools("send", "read"))),
            new NamePatterns(List.of("mail__send")));

    private ToolSource changing() {
        ToolSource still = Sources.of("time", List.of());
        return new ToolSource() {
            @Override
            public String name() {
                return still.name();
            }

            @Override
            public List<ToolDefinition> tools() {
                return clock;
            }

            @Override
            public String endpoint(ToolDefinition tool) {
                return still.endpoint(tool);
            }
        };
    }

    private List<String> chosen(String... wanted) {
        return catalogue.chosen(Optional.of(List.of(wanted))).stream()
                .map(OfferedTool::name)
                .toList();
    }

    @Test
    void offersTheToolsOfAllSourcesInTheirOrder() {
        assertThat(catalogue.all())
                .extracting(OfferedTool::name)
                .containsExactly("time__now", "time__zone", "mail__send", "mail__read");
    }

    @Test
    void choosesByNameAndByPattern() {
        assertThat(chosen("time__now", "mail__*")).containsExactly("time__now", "mail__send", "mail__read");
        assertThat(chosen("*now")).containsExactly("time__now");
        assertThat(chosen()).isEmpty();
    }

    @Test
    void leavesAPatternThatFitsNothingAlone() {
        assertThat(chosen("weather__*")).isEmpty();
    }

    @Test
    void refusesANameThatNoToolHasAndSaysWhichThereAre() {
        assertThatThrownBy(() -> chosen("time__now", "time__then"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("time__then")
                .hasMessageContaining("time__now, time__zone, mail__send, mail__read");
    }

    @Test
    void leavesToolsOutWhoseSourceIsAway() {
        clock = List.of();

        assertThat(chosen("time__now", "mail__send")).containsExactly("mail__send");
        assertThatThrownBy(() -> chosen("timer__now")).hasMessageContaining("timer__now");
    }

    @Test
    void knowsWhichToolsNeedApproval() {
        assertThat(catalogue.find("mail__send"))
                .hasValueSatisfying(tool -> assertThat(tool.confirm()).isTrue());
        assertThat(catalogue.find("mail__read"))
                .hasValueSatisfying(tool -> assertThat(tool.confirm()).isFalse());
        assertThat(catalogue.find("mail__burn")).isEmpty();
    }

    @Test
    void followsASourceWhoseToolsChange() {
        assertThat(catalogue.find("time__then")).isEmpty();

        clock = Sources.tools("then");

        assertThat(catalogue.all())
                .extracting(OfferedTool::name)
                .containsExactly("time__then", "mail__send", "mail__read");
    }
}
