package io.caravan.dialect.agent;

import io.caravan.settings.AgentSettings;
import io.caravan.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Settings of agents, read as a start reads them. */
public final class Agents {

    private Agents() {}

    /** As shipped. */
    public static AgentSettings of() {
        return with();
    }

    /** With this shape. */
    public static AgentSettings of(AgentSettings.Shape shape) {
        return with("shape=" + shape.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** With settings of its own: {@code shape=json}. */
    public static AgentSettings with(String... own) {
        List<String> sets =
                new ArrayList<>(List.of("caravan.providers=agent", "caravan.provider.agent.url=http://localhost:9"));
        for (String setting : own) {
            sets.add("caravan.provider.agent." + setting);
        }
        return Settings.load(Optional.empty(), Map.of(), sets, false)
                .providers()
                .get(0)
                .agent();
    }
}
