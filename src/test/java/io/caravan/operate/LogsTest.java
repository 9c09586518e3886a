package io.caravan.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.testing.CapturedLog;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class LogsTest {

    @ParameterizedTest
    @ValueSource(strings = {"my-flow", "com.acme.orders", "caravan.request", "io.caravan.App"})
    void tellWhatARouteAndCaravanItselfSay(String logger) {
        try (CapturedLog log = CapturedLog.listen()) {
            LoggerFactory.getLogger(logger).info("begun");
            LoggerFactory.getLogger(logger).debug("a detail");

            assertThat(log.lines(logger)).singleElement().asString().contains("begun");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"org.apache.camel.main.MainSupport", "io.vertx.core.impl.VertxImpl", "io.netty.util.Recycler"})
    void tellOfALibraryOnlyWhatAnOperatorCanActOn(String logger) {
        try (CapturedLog log = CapturedLog.listen()) {
            LoggerFactory.getLogger(logger).info("begun");
            LoggerFactory.getLogger(logger).warn("in trouble");

            assertThat(log.lines(logger)).singleElement().asString().contains("in trouble");
        }
    }
}
