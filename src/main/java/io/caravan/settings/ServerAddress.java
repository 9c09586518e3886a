package io.caravan.settings;

import java.net.URI;
import java.util.Optional;

/**
 * One server of a provider.
 *
 * @param url without a slash at its end
 * @param apiKey may be {@linkplain Secret#unresolved() unresolved}, for Camel to look up
 */
public record ServerAddress(URI url, Optional<Secret> apiKey) {}
