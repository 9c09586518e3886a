package io.caravan.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** What {@code caravan doctor} prints of a provider of type {@code ollama}. */
public final class Doctored {

    private Doctored() {}

    /** The lines about a provider at this URL. */
    public static String about(URI url) {
        PrintStream terminal = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            new CommandLine(new DoctorCommand())
                    .execute(
                            "--set",
                            "caravan.providers=a",
                            "--set",
                            "caravan.provider.a.type=ollama",
                            "--set",
                            "caravan.provider.a.url=" + url);
        } finally {
            System.setOut(terminal);
        }
        return printed.toString(UTF_8)
                .lines()
                .filter(line -> line.contains("provider a "))
                .collect(Collectors.joining("\n"));
    }
}
