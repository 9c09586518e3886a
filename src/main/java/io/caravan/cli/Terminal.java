package io.caravan.cli;

/** What a person at the terminal reads: answers on standard output, errors in one line on standard error. */
final class Terminal {

    private Terminal() {}

    static void say(String line) {
        System.out.println(line);
    }

    static void sayOn(String piece) {
        System.out.print(piece);
        System.out.flush();
    }

    /** What is not the result: it must not get into a file with that. */
    static void tell(String line) {
        System.err.println(line);
    }

    static void error(String line) {
        System.err.println("caravan: " + line.replace('\n', ' '));
    }
}
