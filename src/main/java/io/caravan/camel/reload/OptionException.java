package io.caravan.camel.reload;

/** An option of an endpoint makes no sense. Where a route file gives it, the file is refused with its line. */
public class OptionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final String option;

    /**
     * @param option its name, or another word by which its line is found
     * @param message what is wrong, in one line without a secret
     */
    public OptionException(String option, String message) {
        super(message);
        this.option = option;
    }

    String option() {
        return option;
    }
}
