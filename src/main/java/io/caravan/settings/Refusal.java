package io.caravan.settings;

/** Why a value cannot be taken, worded to follow the value: {@code needs ...}, {@code is not ...}. */
final class Refusal extends IllegalArgumentException {

    private final String reason;

    Refusal(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
