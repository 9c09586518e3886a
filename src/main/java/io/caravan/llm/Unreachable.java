package io.caravan.llm;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a server cannot be reached or trusted, in plain words; the same for whoever asks and for doctor. */
public final class Unreachable {

    private Unreachable() {}

    /**
     * What a failed connection means, if it is one of the plain cases.
     *
     * @param where the URL of the server, as far as it is to be told
     */
    public static Optional<String> why(Throwable thrown, String where) {
        List<Throwable> causes = causes(thrown);
        if (any(causes, UnknownHostException.class) || any(causes, UnresolvedAddressException.class)) {
            return Optional.of("the host of " + where + " is not known");
        } else if (any(causes, SSLException.class)) {
            return Optional.of(tls(causes, where));
        } else if (any(causes, ConnectException.class) || any(causes, NoRouteToHostException.class)) {
            return Optional.of("nothing listens at " + where);
        }
        return Optional.empty();
    }

    private static String tls(List<Throwable> causes, String where) {
        if (any(causes, CertPathBuilderException.class)) {
            return "the certificate of " + where + " cannot be trusted: it is signed by nobody this Java knows";
        } else if (any(causes, CertificateExpiredException.class)) {
            return "the certificate of " + where + " cannot be trusted: it has expired";
        }
        return "no TLS connection to " + where + " could be made: "
                + causes.get(0).getMessage();
    }

    private static boolean any(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }

    private static List<Throwable> causes(@Nullable Throwable thrown) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = thrown; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
