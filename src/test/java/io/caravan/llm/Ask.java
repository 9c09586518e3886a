package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Questions that are under way to a provider. */
final class Ask {

    private Ask() {}

    /** The providers of these settings. */
    static Providers providers(String... settings) {
        return new Providers(Settings.load(Optional.empty(), Map.of(), List.of(settings), false).providers().stream()
                .map(provider -> new Provider(provider, Dialects.of(provider)))
                .toList());
    }

    /** A question that this provider has been chosen for. */
    static ChatCall of(Providers providers, String provider, String model) {
        ChatCall call = new ChatCall("r1", ChatRequest.of("hello"), true);
        call.progress().chosen(providers.named(provider).name(), model);
        return call;
    }
}
