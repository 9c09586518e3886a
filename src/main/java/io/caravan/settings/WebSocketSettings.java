package io.caravan.settings;

import java.time.Duration;

/**
 * The bounds of one WebSocket connection.
 *
 * @param maxMessageSize bytes of one incoming message, all its frames together
 * @param outgoingBytes bytes that may wait to be read by the caller
 * @param slowAfter how long {@code outgoingBytes} may be used up before the caller is cut off
 * @param pingInterval how often a silent caller is asked whether it is there
 * @param maxInFlight requests at once
 */
public record WebSocketSettings(
        int maxMessageSize, int outgoingBytes, Duration slowAfter, Duration pingInterval, int maxInFlight) {}
