package io.caravan.camel.reload;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.util.URISupport;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** What Camel throws, said in one line and without the values of options, which may be secrets. */
final class Causes {

    private static final Pattern UNKNOWN_PARAMETERS =
            Pattern.compile("Unknown parameters=\\[\\{(.*)}]", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("(?:^|, )([\\w.-]+)=");

    private static final Pattern VERSION = Pattern.compile("(?<=\\w)~\\d+");

    private Causes() {}

    /** The line of the YAML that the failure names, counted from 1; 0 where it names none. */
    static int line(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof MarkedYamlEngineException yaml
                    && yaml.getProblemMark().isPresent()) {
                return yaml.getProblemMark().get().getLine() + 1;
            }
        }
        return 0;
    }

    /** The id of the route that could not be made or started. */
    static Optional<String> routeId(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof FailedToCreateRouteException create && create.getRouteId() != null) {
                return Optional.of(create.getRouteId());
            }
            if (at instanceof FailedToStartRouteException start && start.getRouteId() != null) {
                return Optional.of(start.getRouteId());
            }
        }
        return Optional.empty();
    }

    /** The option of an endpoint that it does not have, or that makes no sense. */
    static Optional<OptionException> option(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof OptionException option) {
                return Optional.of(option);
            }
            if (at instanceof ResolveEndpointFailedException resolve) {
                Matcher parameters = UNKNOWN_PARAMETERS.matcher(String.valueOf(resolve.getMessage()));
                if (parameters.find()) {
                    Matcher name = NAME.matcher(parameters.group(1));
                    String scheme = URISupport.stripQuery(resolve.getUri()).replaceFirst(":.*", "");
                    return name.find()
                            ? Optional.of(new UnknownOptionException(scheme, name.group(1)))
                            : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** What went wrong, at the root of it. */
    static String message(Throwable failure) {
        Optional<OptionException> option = option(failure);
        if (option.isPresent()) {
            return String.valueOf(option.get().getMessage());
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof MarkedYamlEngineException yaml) {
            return firstLine(yaml.getProblem());
        }
        String message = root.getMessage();
        return message == null
                ? root.getClass().getSimpleName()
                : VERSION.matcher(firstLine(message)).replaceAll("");
    }

    static String firstLine(String message) {
        return URISupport.sanitizeUri(message.strip().lines().findFirst().orElse(""));
    }
}
