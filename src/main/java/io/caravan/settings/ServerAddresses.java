package io.caravan.settings;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings the addresses and the keys of a provider together. */
final class ServerAddresses {

    private ServerAddresses() {}

    /**
     * One of either goes with all of the other; else they go in pairs.
     *
     * @param urlKey the setting that holds the addresses, for the message
     * @param keysKey the setting that holds the keys
     * @throws SettingsException if they do not match, or a pair is there twice
     */
    static List<ServerAddress> of(List<URI> urls, List<Secret> keys, String urlKey, String keysKey) {
        if (urls.size() > 1 && keys.size() > 1 && urls.size() != keys.size()) {
            throw new SettingsException(
                    urlKey + " names " + urls.size() + " servers and " + keysKey + " " + keys.size()
                            + " keys: set one key for all, or one for each",
                    List.of(urlKey, keysKey));
        }
        List<ServerAddress> servers = new ArrayList<>();
        for (int i = 0; i < Math.max(urls.size(), keys.size()); i++) {
            servers.add(new ServerAddress(at(urls, i), keys.isEmpty() ? Optional.empty() : Optional.of(at(keys, i))));
        }
        if (servers.stream().distinct().count() < servers.size()) {
            String twice = keys.size() > urls.size() ? keysKey : urlKey;
            throw new SettingsException(twice + " names one of them twice", List.of(twice));
        }
        return servers;
    }

    private static <T> T at(List<T> list, int index) {
        return list.get(list.size() == 1 ? 0 : index);
    }
}
