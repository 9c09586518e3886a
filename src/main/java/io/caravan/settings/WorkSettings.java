package io.caravan.settings;

import java.nio.file.Path;

/**
 * The folders Caravan uses; relative ones are as given, relative to where it was started.
 *
 * @param workDir inbox, outbox and state
 * @param pluginsDir further jars for the class path
 */
public record WorkSettings(Path workDir, Path pluginsDir) {}
