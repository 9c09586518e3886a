package io.caravan.settings;

/**
 * How much work is taken on at once.
 *
 * @param maxConcurrent requests in flight
 * @param maxWaiting requests that wait for their turn; beyond both: overloaded, at once
 */
public record AdmissionSettings(int maxConcurrent, int maxWaiting) {}
