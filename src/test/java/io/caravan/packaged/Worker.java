package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.broker.Queues;
import io.caravan.demo.ScriptedModel;
import io.caravan.testing.Management;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A program that works on what is in its queues and its inbox. */
record Worker(Packaged program, Management management) {

    /** Starts one and waits until it is ready; settings are {@code KEY=VALUE} each. */
    static Worker start(Site site, ScriptedModel model, Path work, String... settings) {
        Worker worker = begin(site, model, work, List.of(), settings);
        worker.program.ready();
        return worker;
    }

    /** The same, with route files of its own. */
    static Worker startWithRoutes(Site site, ScriptedModel model, Path work, Path routes, String... settings) {
        Worker worker = begin(site, model, work, List.of("--routes", routes.toString()), settings);
        worker.program.ready();
        return worker;
    }

    /** Starts one, which may end at once. */
    static Worker begin(Site site, ScriptedModel model, Path work, List<String> options, String... settings) {
        Management management = new Management(TestApp.freePort());
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--set", "caravan.work-dir=" + work));
        all.addAll(List.of("--set", "caravan.management.port=" + management.port()));
        for (String setting : settings) {
            all.addAll(List.of("--set", setting));
        }
        return new Worker(
                site.start(Distribution.process(
                        Distribution.launcher(), Site.runArguments(model, all.toArray(String[]::new)))),
                management);
    }

    /** How many prompts are in its queue, those included that it works on. */
    double prompts() {
        return management.metric("caravan_queue_depth", "\"" + Queues.PROMPTS + "\"");
    }

    /** Waits until it has nothing to do. */
    void awaitTheEnd(Duration longest, ScriptedModel model) {
        await().atMost(longest)
                .pollInterval(Duration.ofMillis(500))
                .during(Duration.ofSeconds(2))
                .failFast("the program has ended", () -> !program.handle().isAlive())
                .until(() -> model.inFlight() == 0 && prompts() == 0);
    }

    /** Has it stop as the system does. */
    void stop() {
        program.signal("TERM");
        assertThat(program.exitCode()).isZero();
    }
}
