package io.caravan.bench;

import java.time.Duration;

/**
 * What the load does: so many streams at once, each asking again when it has its answer. {@code perConnection} streams
 * share a connection where the protocol allows it. The streams begin at random moments of {@code ramp}, go on through
 * {@code warmUp}, and are measured for {@code measured}.
 */
record Work(int streams, int perConnection, Script script, Duration ramp, Duration warmUp, Duration measured) {}
