package io.caravan.camel.reload;

/** An endpoint is given an option that it does not have. */
final class UnknownOptionException extends RuntimeException {

    private final String option;

    UnknownOptionException(String scheme, String option) {
        super("`" + scheme + "` has no option `" + option + "`"
                + (scheme.startsWith("http") ? " (a query parameter is set with the header CamelHttpQuery)" : ""));
        this.option = option;
    }

    String option() {
        return option;
    }
}
