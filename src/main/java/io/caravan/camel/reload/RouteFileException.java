package io.caravan.camel.reload;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A route file that cannot be taken as it is. Its message is one line that names file, line and cause. */
public final class RouteFileException extends RuntimeException {

    private final transient RouteProblem problem;

    RouteFileException(RouteProblem problem, @Nullable Throwable cause) {
        super(problem.message(), cause);
        this.problem = problem;
    }

    RouteFileException(Path file, int line, String message) {
        this(new RouteProblem(file, line, message), null);
    }

    /** What is wrong, and where. */
    public RouteProblem problem() {
        return problem;
    }
}
