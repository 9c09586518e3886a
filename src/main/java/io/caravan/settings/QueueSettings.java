package io.caravan.settings;

import java.time.Duration;

/**
 * What is remembered of prompts from queues.
 *
 * @param retention how long the answer to a prompt with an idempotency key is kept
 */
public record QueueSettings(Duration retention) {}
