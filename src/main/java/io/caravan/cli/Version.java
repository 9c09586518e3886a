package io.caravan.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of the packaged program, and of the Java it runs on. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"caravan " + number() + " (Java " + Runtime.version() + ")"};
    }

    static String number() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
