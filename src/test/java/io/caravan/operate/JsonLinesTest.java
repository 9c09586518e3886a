package io.caravan.operate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {

    private final LoggingEvent event = new LoggingEvent(
            "here",
            new LoggerContext().getLogger("caravan.request"),
            Level.INFO,
            "answered \"{}\"\n",
            null,
            new Object[] {"x"});

    private String line() {
        return new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void writesOneObjectOnOneLineWithEachKeyAsAField() throws Exception {
        event.addKeyValuePair(new KeyValuePair("request_id", "r\n1"));
        event.addKeyValuePair(new KeyValuePair("total_ms", 7L));
        event.addKeyValuePair(new KeyValuePair("attempts", 1));

        String line = line();

        assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.get("level").asText()).isEqualTo("INFO");
        assertThat(json.get("logger").asText()).isEqualTo("caravan.request");
        assertThat(json.get("message").asText()).isEqualTo("answered \"x\"\n");
        assertThat(json.get("request_id").asText()).isEqualTo("r\n1");
        assertThat(json.get("total_ms").isIntegralNumber()).isTrue();
        assertThat(json.get("attempts").intValue()).isEqualTo(1);
        assertThat(json.get("time").asText()).endsWith("Z");
    }

    @Test
    void writesAnExceptionAsAField() throws Exception {
        event.setThrowableProxy(new ch.qos.logback.classic.spi.ThrowableProxy(new IllegalStateException("why")));

        assertThat(new ObjectMapper().readTree(line()).get("exception").asText())
                .startsWith("java.lang.IllegalStateException: why");
    }
}
