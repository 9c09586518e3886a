package io.caravan.dialect;

import io.caravan.chat.Usage;

/**
 * How an answer ended well.
 *
 * @param reason {@code stop}, {@code length}, {@code tool_calls} or {@code content_filter}, whatever the server called it
 */
public record Finish(String reason, Usage usage) {}
