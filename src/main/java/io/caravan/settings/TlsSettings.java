package io.caravan.settings;

import java.nio.file.Path;

/**
 * What the server proves itself with; both files are PEM.
 *
 * @param certificate the chain, the server's own certificate first
 * @param key its private key, not encrypted
 */
public record TlsSettings(Path certificate, Path key) {}
