package io.caravan.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.tool.ToolNames.Origin;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolNamesTest {

    private static final String SAFE = "[A-Za-z_][A-Za-z0-9_-]{0,63}";

    private static String name(String source, String name) {
        return ToolNames.of(List.of(new Origin(source, name))).get(0);
    }

    @Test
    void putsTheSourceBeforeTheTool() {
        assertThat(name("time", "now")).isEqualTo("time__now");
        assertThat(name("time", "get-now")).isEqualTo("time__get-now");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b/c d", "größe", "", "😀", "x\ny", "-", "9"})
    void usesOnlyCharactersThatEveryServerTakes(String tool) {
        assertThat(name("files", tool)).matches(SAFE);
        assertThat(name("7zip", tool)).matches(SAFE);
    }

    @Test
    void shortensALongNameAndKeepsItDifferentFromOthers() {
        String first = name("server", "a".repeat(200));
        String second = name("server", "a".repeat(201));

        assertThat(List.of(first, second)).allSatisfy(name -> assertThat(name).matches(SAFE));
        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void tellsToolsApartThatWouldShareAName() {
        List<String> names = ToolNames.of(List.of(
                new Origin("s", "a.b"), new Origin("s", "a/b"), new Origin("s__a", "b"), new Origin("s", "a__b")));

        assertThat(Set.copyOf(names)).hasSize(4);
        assertThat(names).allSatisfy(name -> assertThat(name).matches(SAFE));
    }

    @Test
    void callsAToolTheSameWhateverItsNeighboursOrder() {
        List<Origin> origins = List.of(new Origin("s", "a.b"), new Origin("s", "a/b"));
        List<Origin> turned = List.of(origins.get(1), origins.get(0));

        assertThat(ToolNames.of(turned)).containsExactlyInAnyOrderElementsOf(ToolNames.of(origins));
        assertThat(ToolNames.of(turned).get(1)).isEqualTo(ToolNames.of(origins).get(0));
    }
}
