package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.dialect.anthropic.Anthropic;
import io.caravan.dialect.gemini.Gemini;
import io.caravan.dialect.ollama.Ollama;
import io.caravan.dialect.openai.OpenAi;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a response with a status other than 2xx means. */
class FailureTest {

    private static final String ERROR = "{\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"code\":\"%s\"}}";

    private final Dialect ollama = new Ollama();
    private final Dialect openAi = new OpenAi();
    private final Dialect anthropic = new Anthropic();
    private final Dialect gemini = new Gemini();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ollama-err-missing-model, MODEL_NOT_FOUND, model 'nope' not found",
        "ollama-err-no-model, INVALID_REQUEST, model is required",
        "ollama-err-bad-json, INVALID_REQUEST, unexpected EOF",
        "ollama-chat-think, INVALID_REQUEST, does not support thinking",
        "ollama-chat-tools-unsupported, INVALID_REQUEST, does not support tools",
        "llama-err-too-long-stream, INVALID_REQUEST, request (3027 tokens) exceeds the available context size",
        "llama-err-wrong-key, PROVIDER_REJECTED, Invalid API Key",
        "llama-err-bad-json, PROVIDER_UNAVAILABLE, parse error at line 1",
        "llama-err-invalid-utf8, PROVIDER_UNAVAILABLE, ill-formed UTF-8 byte"
    })
    void judgesRecordedErrorsInTheServersWords(String name, ErrorCode code, String words) {
        Capture capture = Capture.of(name);
        Dialect dialect = name.startsWith("ollama") ? ollama : openAi;

        CaravanException failure = dialect.failure(capture.status(), capture.headers(), capture.body());

        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessageContaining(words).hasMessageContaining("(" + capture.status() + ")");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "400, INVALID_REQUEST",
        "401, PROVIDER_REJECTED",
        "402, PROVIDER_REJECTED",
        "403, PROVIDER_REJECTED",
        "404, PROVIDER_REJECTED",
        "405, PROVIDER_REJECTED",
        "408, PROVIDER_UNAVAILABLE",
        "409, PROVIDER_UNAVAILABLE",
        "422, INVALID_REQUEST",
        "429, RATE_LIMITED",
        "500, PROVIDER_UNAVAILABLE",
        "499, PROVIDER_UNAVAILABLE",
        "502, PROVIDER_UNAVAILABLE",
        "503, PROVIDER_UNAVAILABLE",
        "529, PROVIDER_UNAVAILABLE",
        "302, PROVIDER_REJECTED"
    })
    void judgesByStatusWhateverTheBody(int status, ErrorCode code) {
        for (String body :
                new String[] {"", "null", "busy", "{\"error\":null}", "{\"error\":\"busy\"}", "{", "[]", "7"}) {
            for (Dialect dialect : new Dialect[] {ollama, openAi, anthropic, gemini}) {
                CaravanException failure = dialect.failure(status, Map.of(), body.getBytes(UTF_8));

                assertThat(failure.code()).as(body).isEqualTo(code);
                assertThat(failure)
                        .isInstanceOf(failure.retryable() ? UnavailableException.class : RejectedException.class);
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "400, content_filter, PROVIDER_REJECTED",
        "400, content_policy_violation, PROVIDER_REJECTED",
        "404, model_not_found, MODEL_NOT_FOUND",
        "400, model_not_found, MODEL_NOT_FOUND",
        "429, rate_limit_exceeded, RATE_LIMITED",
        "429, insufficient_quota, PROVIDER_REJECTED",
        "429, credit_balance_exhausted, PROVIDER_REJECTED",
        "429, billing_not_active, PROVIDER_REJECTED"
    })
    void judgesByCodeOrTypeWhereTheyKnowMore(int status, String name, ErrorCode code) {
        CaravanException byCode = failure(status, ERROR.formatted("words", "x", name));
        CaravanException byType = failure(status, ERROR.formatted("words", name, "x"));

        assertThat(byCode.code()).isEqualTo(code);
        assertThat(byType.code()).isEqualTo(code);
        assertThat(byCode.retryable()).isEqualTo(code == ErrorCode.RATE_LIMITED);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "400, invalid_request_error, max_tokens: Field required, INVALID_REQUEST, false",
        "400, invalid_request_error, Your credit balance is too low to access the API, PROVIDER_REJECTED, false",
        "401, authentication_error, invalid x-api-key, PROVIDER_REJECTED, false",
        "402, billing_error, pay, PROVIDER_REJECTED, false",
        "403, permission_error, not yours, PROVIDER_REJECTED, false",
        "404, not_found_error, model: claude-x, MODEL_NOT_FOUND, false",
        "404, not_found_error, Not Found, PROVIDER_REJECTED, false",
        "413, request_too_large, Request exceeds the maximum size, INVALID_REQUEST, false",
        "429, rate_limit_error, slow down, RATE_LIMITED, true",
        "500, api_error, Internal server error, PROVIDER_UNAVAILABLE, true",
        "504, timeout_error, too slow, PROVIDER_UNAVAILABLE, true",
        "529, overloaded_error, Overloaded, PROVIDER_UNAVAILABLE, true"
    })
    void judgesAnthropicsErrorsInItsWords(int status, String type, String words, ErrorCode code, boolean retryable) {
        String body = "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"},\"request_id\":\"r\"}";

        CaravanException failure =
                anthropic.failure(status, Map.of(), body.formatted(type, words).getBytes(UTF_8));

        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(failure).hasMessageEndingWith("(" + status + "): " + words);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "400 | registry.ollama.ai/library/gemma:2b does not support tools",
                "400 | tools is not supported in this model. For a list of supported models, refer to ...",
                "400 | Unsupported parameter: 'tools' is not supported with this model.",
                "400 | `tool calling` is not supported with this model",
                "400 | Function calling is not enabled for this model",
                "400 | Function calling is not enabled for models/gemma-3-27b-it",
                "400 | deepseek-reasoner does not support Function Calling",
                "400 | This model doesn't support tool use.",
                "404 | No endpoints found that support tool use. Try disabling \\\"search\\\".",
                "405 | Tool calling is not supported for model: mistralai/Mistral-Small",
                "400 | \\\"auto\\\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set",
                "500 | tools param requires --jinja flag"
            })
    void knowsByItsWordsThatAModelCannotUseTools(int status, String words) {
        CaravanException failure = failure(status, ERROR.formatted(words, "invalid_request_error", "400"));

        assertThat(failure).isInstanceOfSatisfying(RejectedException.class, refused -> {
            assertThat(refused.refusesTools()).isTrue();
            assertThat(refused.othersMayAnswer()).isFalse();
        });
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure).hasMessageContaining("cannot use tools").hasMessageContaining("(" + status + ")");
    }

    @Test
    void knowsOfTheRecordedRefusalThatItIsTheTools() {
        Capture capture = Capture.of("ollama-chat-tools-unsupported");

        assertThat(ollama.failure(capture.status(), capture.headers(), capture.body()))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        refused -> assertThat(refused.refusesTools()).isTrue());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "x does not support thinking",
                "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level",
                "Invalid schema for function 'f'",
                "An assistant message with 'tool_calls' must be followed by tool messages",
                "this server does not support tool_choice",
                "tools: Tool names must be unique."
            })
    void doesNotTakeAnotherComplaintForARefusalOfAllTools(String words) {
        assertThat(failure(400, ERROR.formatted(words, "invalid_request_error", "400")))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        refused -> assertThat(refused.refusesTools()).isFalse());
    }

    @Test
    void takesARequestThatIsTooLargeForAServerBeforeTheModelsToo() {
        CaravanException failure =
                anthropic.failure(413, Map.of(), "<html><title>413 Too Large</title></html>".getBytes(UTF_8));

        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure).hasMessageContaining("413 Too Large");
    }

    @Test
    void takesAKeyThatGoogleCallsInvalidForNoAccess() {
        CaravanException failure = gemini.failure(400, Map.of(), Sample.of("gemini-err-key.json"));

        assertThat(failure.code()).isEqualTo(ErrorCode.PROVIDER_REJECTED);
        assertThat(failure).hasMessageContaining("api-key").hasMessageContaining("API key not valid");
    }

    @Test
    void takesThePreconditionGoogleMissesForNoAccess() {
        String error = "{\"error\":{\"code\":400,\"message\":\"User location is not supported for the API use.\","
                + "\"status\":\"FAILED_PRECONDITION\"}}";

        assertThat(gemini.failure(400, Map.of(), error.getBytes(UTF_8)))
                .hasMessageContaining("User location")
                .extracting(CaravanException::code)
                .isEqualTo(ErrorCode.PROVIDER_REJECTED);
    }

    @Test
    void asksNobodyAgainWhoseCreditsAreDepleted() {
        String error = "{\"error\":{\"code\":429,\"message\":\"Your prepayment credits are depleted. Please manage your"
                + " billing.\",\"status\":\"RESOURCE_EXHAUSTED\"}}";

        CaravanException failure = gemini.failure(429, Map.of(), error.getBytes(UTF_8));

        assertThat(failure.code()).isEqualTo(ErrorCode.PROVIDER_REJECTED);
        assertThat(failure.retryable()).isFalse();
    }

    @Test
    void waitsAsLongAsTheDetailsOfALimitSay() {
        for (Dialect dialect : new Dialect[] {gemini, openAi}) {
            UnavailableException failure =
                    (UnavailableException) dialect.failure(429, Map.of(), Sample.of("gemini-err-limited.json"));

            assertThat(failure.code()).isEqualTo(ErrorCode.RATE_LIMITED);
            assertThat(failure.retryAfter()).contains(Duration.ofMillis(36_500));
            assertThat(failure.worthRepeating()).isTrue();
        }
    }

    @Test
    void prefersTheHeaderToTheDetails() {
        UnavailableException failure = (UnavailableException)
                gemini.failure(429, Map.of("retry-after", "2"), Sample.of("gemini-err-limited.json"));

        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-3s", "12", "99999999999s", "1h", "12 s"})
    void ignoresADelayThatIsNone(String delay) {
        String error =
                "{\"error\":{\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\""
                        + delay + "\"}]}}";

        UnavailableException failure = (UnavailableException) gemini.failure(503, Map.of(), error.getBytes(UTF_8));

        assertThat(failure.retryAfter()).isEmpty();
    }

    @Test
    void tellsAMissingModelFromAWrongPath() {
        assertThat(failure(404, "{\"error\":{\"message\":\"The model `x` does not exist\"}}")
                        .code())
                .isEqualTo(ErrorCode.MODEL_NOT_FOUND);
        assertThat(failure(404, "404 page not found"))
                .hasMessageContaining("url")
                .extracting(CaravanException::code)
                .isEqualTo(ErrorCode.PROVIDER_REJECTED);
    }

    @Test
    void keepsHowLongTheServerAsksToBeLeftAlone() {
        for (int status : new int[] {429, 503}) {
            CaravanException failure = openAi.failure(status, Map.of("retry-after", "2"), new byte[0]);

            assertThat(((UnavailableException) failure).retryAfter()).contains(Duration.ofSeconds(2));
        }
    }

    @ParameterizedTest(name = "case 17: {0}")
    @ValueSource(
            strings = {
                "its words",
                "{\"error\":\"its words\"}",
                "{\"error\":{\"message\":\"its words\",\"code\":7}}",
                "{\"error\":{\"message\":\"its words\",\"code\":null,\"type\":null}}",
                "[{\"error\":{\"message\":\"its words\"}}]",
                "{\"message\":\"its words\"}",
                "{\"detail\":\"its words\"}",
                "{\"detail\":[{\"msg\":\"its words\"}]}",
                "<html><head><title>its words</title></head></html>"
            })
    void findsTheServersWordsInAnyShape(String body) {
        assertThat(failure(400, body)).hasMessageContaining("its words");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Incorrect API key provided: sk-proj-abcDEF123456. You can find it",
                "invalid x-api-key: sk-ant-api03-abcDEF123456",
                "bad header Authorization: Bearer abcDEF123456",
                "api_key=abcDEF123456 is unknown",
                "{\\\"token\\\": \\\"abcDEF123456\\\"}",
                "unknown abcDEF123456abcDEF123456abcDEF123456"
            })
    void repeatsNoKeys(String words) {
        CaravanException failure = failure(401, "{\"error\":{\"message\":\"" + words + "\"}}");

        assertThat(failure).hasMessageContaining("***").hasMessageNotContaining("DEF123");
    }

    @Test
    void leavesOrdinaryWordsAlone() {
        String words =
                "model 'hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M' not found; 3027 tokens, max_tokens: 4096";

        assertThat(failure(404, "{\"error\":\"" + words + "\"}")).hasMessageEndingWith(words);
    }

    @Test
    void makesOneShortLineOfLongWords() {
        CaravanException failure = failure(400, "a\nb\tc\u0000" + "\ud83d\ude00".repeat(100_000));

        assertThat(failure.getMessage()).contains("a b c").hasSizeLessThan(600).doesNotContain("\n");
    }

    private CaravanException failure(int status, String body) {
        return openAi.failure(status, Map.of(), body.getBytes(UTF_8));
    }
}
