package io.caravan.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.failure.RejectedException;
import org.junit.jupiter.api.Test;

class SeamTest {

    private static final String LONG =
            " and its dust, which scatter what is blue far more than what is red, as Rayleigh has shown.";

    private final Seam seam = new Seam(" The sky is blue because of the air");

    @Test
    void passesOnWhatContinuesTheAnswerOnceThatIsCertain() {
        assertThat(seam.join(LONG.substring(0, 40))).isEmpty();
        assertThat(seam.join(LONG.substring(40))).isEqualTo(LONG);
        assertThat(seam.join(" The sky is blue b")).isEqualTo(" The sky is blue b");
    }

    @Test
    void passesOnWhatOnlyBeginsLikeTheAnswer() {
        assertThat(seam.join(" The sun")).isEmpty();
        assertThat(seam.join(LONG)).isEqualTo(" The sun" + LONG);
    }

    @Test
    void refusesAnAnswerThatBeginsAfresh() {
        assertThat(seam.join("The sky")).isEmpty();

        assertThatThrownBy(() -> seam.join(" is blue b"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("afresh");
    }

    @Test
    void refusesAnAnswerThatBeginsAfreshBehindAPhrase() {
        assertThat(seam.join("Sure, here it is:\n\n")).isEmpty();

        assertThatThrownBy(() -> seam.join("The sky is blue because")).isInstanceOf(RejectedException.class);
    }

    @Test
    void refusesTheWholeOfAShortBeginning() {
        Seam shortSeam = new Seam("No");

        assertThatThrownBy(() -> shortSeam.join("No, never")).isInstanceOf(RejectedException.class);
    }

    @Test
    void takesAShortBeginningInTheMiddleForChance() {
        Seam shortSeam = new Seam("No");

        assertThat(shortSeam.join(", it is as No one has seen it" + LONG)).endsWith("shown.");
    }

    @Test
    void givesOutWhatItHeldWhenNoMoreComes() {
        assertThat(seam.join(" of the Earth")).isEmpty();

        assertThat(seam.rest()).isEqualTo(" of the Earth");
        assertThat(seam.rest()).isEmpty();
    }
}
