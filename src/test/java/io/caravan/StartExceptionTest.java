package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import org.junit.jupiter.api.Test;

class StartExceptionTest {

    @Test
    void saysWhatIsAtTheBottomOfAFailure() {
        Exception failure =
                new IllegalStateException("outside", new RuntimeException("between", new Exception("the reason")));

        assertThat(StartException.of(failure)).hasMessage("the reason").hasCause(failure);
    }

    @Test
    void saysWhichPortIsTaken() {
        Exception failure =
                new IllegalStateException("Cannot listen on 127.0.0.1:80", new BindException("Address already in use"));

        assertThat(StartException.of(failure)).hasMessage("Cannot listen on 127.0.0.1:80");
    }
}
