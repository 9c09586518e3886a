package io.caravan.camel.reload;

/** An endpoint is given an option that it does not have. */
final class UnknownOptionException extends OptionException {

    private static final long serialVersionUID = 1;

    UnknownOptionException(String scheme, String option) {
        super(
                option,
                "`" + scheme + "` has no option `" + option + "`"
                        + (scheme.startsWith("http")
                                ? " (a query parameter is set with the header CamelHttpQuery)"
                                : ""));
    }
}
