package io.caravan.settings;

import java.time.Duration;

/**
 * When a provider that fails is left alone.
 *
 * @param window how many calls are looked at
 * @param minimumCalls how many there must have been before any judgement
 * @param failureRate from how many failures in a hundred the provider is left alone
 * @param openFor for how long
 */
public record BreakerSettings(int window, int minimumCalls, int failureRate, Duration openFor) {}
