package io.caravan.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.failure.RejectedException;
import org.junit.jupiter.api.Test;

class SeamTest {

    private final Seam seam = new Seam(" The sky is blue because of the air");

    @Test
    void passesOnWhatContinuesTheAnswer() {
        assertThat(seam.join(" and")).isEqualTo(" and");
        assertThat(seam.join(" its dust")).isEqualTo(" its dust");
    }

    @Test
    void holdsBackWhatReadsLikeTheBeginningUntilItNoLongerDoes() {
        assertThat(seam.join(" The")).isEmpty();
        assertThat(seam.join(" s")).isEmpty();
        assertThat(seam.join("un")).isEqualTo(" The sun");
        assertThat(seam.join(" The sky is blue")).isEqualTo(" The sky is blue");
    }

    @Test
    void refusesAnAnswerThatBeginsAfresh() {
        assertThat(seam.join("The sky")).isEmpty();

        assertThatThrownBy(() -> seam.join(" is blue b"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("afresh");
    }

    @Test
    void refusesTheWholeOfAShortBeginning() {
        Seam shortSeam = new Seam("No");

        assertThatThrownBy(() -> shortSeam.join("No, never")).isInstanceOf(RejectedException.class);
    }

    @Test
    void givesOutWhatItHeldWhenNoMoreComes() {
        assertThat(seam.join("The")).isEmpty();

        assertThat(seam.rest()).isEqualTo("The");
        assertThat(seam.rest()).isEmpty();
    }
}
