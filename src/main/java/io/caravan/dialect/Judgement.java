package io.caravan.dialect;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an error of a model's server means: who has to act, and whether another try helps. */
public final class Judgement {

    private static final Set<String> OUT_OF_CREDIT = Set.of(
            "insufficient_quota",
            "credit_balance_exhausted",
            "insufficient_balance",
            "billing_not_active",
            "billing_hard_limit_reached",
            "billing_error");
    private static final Set<String> NO_ACCESS = Set.of(
            "api_key_invalid",
            "api_key_service_blocked",
            "api_key_http_referrer_blocked",
            "api_key_ip_address_blocked",
            "failed_precondition");
    private static final Set<String> BLOCKED = Set.of("content_filter", "content_policy_violation");

    private Judgement() {}

    /** The failure a response with this status is. */
    public static CaravanException of(int status, Map<String, String> headers, ServerError error) {
        Said said = new Said(" (" + status + ")", error.message());
        if (has(OUT_OF_CREDIT, error) || status == 402 || saysOutOfCredit(error)) {
            return unserved("The account at the model's server has no credit left", said);
        }
        if (ToolRefusal.is(error)) {
            return toolsUnsupported(said);
        }
        if (has(BLOCKED, error)) {
            return rejected(
                    ErrorCode.PROVIDER_REJECTED, "The model's server blocked the request for its content", said);
        }
        if (has(NO_ACCESS, error)) {
            return refused(403, said);
        }
        if (isModelMissing(status, error)) {
            return rejected(ErrorCode.MODEL_NOT_FOUND, "The model's server does not have the model", said);
        }
        if (status == 408 || status == 409 || status == 429 || status == 499 || status >= 500) {
            return unavailable(status, RetryAfter.in(headers, Instant.now()).or(error.details()::retryDelay), said);
        }
        return refused(status, said);
    }

    /** The failure an error in the middle of an answer with status 200 is. */
    public static CaravanException of(ServerError error) {
        return of(statusOf(error), Map.of(), error);
    }

    private static CaravanException refused(int status, Said said) {
        return switch (status) {
            case 400, 413, 422 -> rejected(ErrorCode.INVALID_REQUEST, "The model's server refused the request", said);
            case 401, 403 ->
                unserved("The model's server denied access; check the provider's api-key and url settings", said);
            default ->
                unserved(
                        "The model's server does not serve this path; check the provider's type and url settings",
                        said);
        };
    }

    private static CaravanException unavailable(int status, Optional<Duration> retryAfter, Said said) {
        boolean limited = status == 429;
        String what = limited ? "The model's server limits the rate of requests" : "The model's server failed";
        return UnavailableException.told(
                limited ? ErrorCode.RATE_LIMITED : ErrorCode.PROVIDER_UNAVAILABLE,
                what + said.inFull(),
                what + said.status(),
                retryAfter,
                limited || status == 503 || status == 529);
    }

    private static RejectedException rejected(ErrorCode code, String what, Said said) {
        return new RejectedException(code, what + said.inFull(), what + said.status());
    }

    private static RejectedException unserved(String what, Said said) {
        return RejectedException.unserved(what + said.inFull(), what + said.status());
    }

    private static RejectedException toolsUnsupported(Said said) {
        String what = "The model cannot use tools, or its server does not let it";
        return RejectedException.toolsUnsupported(what + said.inFull(), what + said.status());
    }

    private static boolean has(Set<String> names, ServerError error) {
        return names.contains(error.type())
                || names.contains(error.code())
                || names.contains(error.details().reason());
    }

    /** These have the status and the type of another failure, and only their words tell it apart. */
    private static boolean saysOutOfCredit(ServerError error) {
        String message = error.message().toLowerCase(Locale.ROOT);
        return message.startsWith("your credit balance is too low") // Anthropic, as any bad request
                || (error.type().equals("resource_exhausted")
                        && message.contains("credits are depleted")); // Google, as a limited rate
    }

    private static boolean isModelMissing(int status, ServerError error) {
        if (error.code().equals("model_not_found") || error.type().equals("model_not_found")) {
            return true;
        }
        String message = error.message().toLowerCase(Locale.ROOT);
        if (status == 404 && message.startsWith("model:")) {
            return true; // Anthropic says no more than its name
        }
        return status == 404
                && message.contains("model")
                && (message.contains("not found") || message.contains("not exist") || message.contains("no such"));
    }

    /** Servers name the status in the code, as llama.cpp does, or only the type; without both it is their own fault. */
    private static int statusOf(ServerError error) {
        if (error.code().matches("[45][0-9][0-9]")) {
            return Integer.parseInt(error.code());
        }
        return switch (error.type()) {
            case "invalid_request_error", "exceed_context_size_error", "invalid_argument", "out_of_range" -> 400;
            case "authentication_error", "unauthenticated" -> 401;
            case "permission_error", "permission_denied" -> 403;
            case "not_found_error", "not_found" -> 404;
            case "request_too_large" -> 413;
            case "rate_limit_error", "rate_limit_exceeded", "resource_exhausted" -> 429;
            case "unavailable" -> 503;
            case "timeout_error", "deadline_exceeded" -> 504;
            case "overloaded_error" -> 529;
            default -> 500;
        };
    }

    /** What the server said: its status, and its words for the caller alone. */
    private record Said(String status, String words) {

        String inFull() {
            return words.isEmpty() ? status : status + ": " + words;
        }
    }
}
