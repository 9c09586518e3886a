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

    static void error(String line) {
        System.err.println("caravan: " + line.replace('\n', ' '));
    }
}
