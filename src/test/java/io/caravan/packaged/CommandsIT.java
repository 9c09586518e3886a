package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandsIT {

    @RegisterExtension
    static final Site SITE = Site.forAllTests();

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void listsTheCommandsThereAre(String argument) {
        Packaged program = SITE.caravan(argument);

        assertThat(program.exitCode()).isZero();
        assertThat(program.errors()).isEmpty();
        assertThat(program.output())
                .containsPattern("(?m)^ +run ")
                .containsPattern("(?m)^ +demo ")
                .containsPattern("(?m)^ +batch ")
                .doesNotContainPattern("(?m)^ +(chat|train) ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "demo"})
    void explainsACommand(String command) {
        Packaged program = SITE.caravan(command, "--help");

        assertThat(program.exitCode()).isZero();
        assertThat(program.errors()).isEmpty();
        assertThat(program.output()).contains("--config", "--set", "--routes");
    }

    @Test
    void tellsItsVersionAndTheJavaItRunsOn() {
        Packaged program = SITE.caravan("--version");

        assertThat(program.exitCode()).isZero();
        assertThat(program.errors()).isEmpty();
        assertThat(program.output())
                .matches("caravan \\d+\\.\\d+\\.\\d+\\S* \\(Java "
                        + Runtime.version().feature() + "\\b.*\\)\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "trian", "--no-such-option"})
    void refusesByNameWhatItDoesNotHave(String argument) {
        Packaged program = SITE.caravan(argument);

        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.output()).isEmpty();
        assertThat(program.errors()).singleElement().asString().contains(argument);
    }

    @Test
    void asksForACommandWhereThereIsNone() {
        Packaged program = SITE.caravan();

        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.errors()).singleElement().asString().contains("command");
    }

    @Test
    void refusesAnUnknownOptionOfACommand() {
        Packaged program = SITE.caravan("run", "--prot", "1");

        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.errors()).singleElement().asString().contains("--prot");
    }
}
