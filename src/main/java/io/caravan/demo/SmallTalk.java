package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Question.Said;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The script of the demo: a few answers known by heart, and for the rest an honest word. Every answer says that it comes
 * from a script.
 */
public final class SmallTalk implements Script {

    private static final String HONESTY = "(A scripted answer: there is no language model behind it.)";

    private record Known(List<String> asked, String answer) {}

    private static final List<Known> BY_HEART = List.of(
            new Known(
                    List.of("sky", "blue"),
                    "Sunlight is a mixture of all colours, and on its way to us it meets the molecules of the air."
                            + " These scatter short waves far more strongly than long ones, so blue light reaches the"
                            + " eye from every part of the sky while red passes almost straight through."
                            + " Violet is scattered even more, but the sun sends less of it and our eyes hardly notice"
                            + " it."),
            new Known(
                    List.of("who", "are you"),
                    "I am the scripted model that comes with Caravan."
                            + " I speak the wire protocol of a model server, so that you can watch answers stream"
                            + " before you install one."),
            new Known(
                    List.of("caravan"),
                    "Caravan wires large language models into Apache Camel routes."
                            + " A prompt comes in through a door: a WebSocket, a file, a route of your own."
                            + " The answer goes on, chunk by chunk, while the model still writes it."),
            new Known(
                    List.of("camel"),
                    "A camel stores fat in its hump, not water."
                            + " Apache Camel, the integration framework, stores neither: it carries messages from one"
                            + " place to another and translates on the way."));

    private final Pace pace;

    /** Small talk at a pace. */
    public SmallTalk(Pace pace) {
        this.pace = pace;
    }

    @Override
    public Reply answer(Question question) {
        if (question.results().isEmpty()) {
            Optional<ToolCall> call = ToolChoice.of(question);
            if (call.isPresent()) {
                return thoughtful(question, Reply.calling(List.of(call.get()), pace));
            }
        }
        return thoughtful(question, Reply.of(Words.of(text(question)), pace));
    }

    private static Reply thoughtful(Question question, Reply reply) {
        return question.thinks()
                ? reply.thinking(Words.of("Let me see what the script has to say about that."))
                : reply;
    }

    private static String text(Question question) {
        String plain = plain(question);
        return question.format()
                .map(format -> json(format, plain))
                .orElseGet(() -> plain.contains("scripted model") ? plain : plain + " " + HONESTY);
    }

    private static String plain(Question question) {
        List<Said> results = question.results();
        if (!results.isEmpty()) {
            return results.stream().map(SmallTalk::relay).collect(Collectors.joining(" "));
        }
        String prompt = question.prompt().toLowerCase(Locale.ROOT);
        return BY_HEART.stream()
                .filter(known -> known.asked().stream().allMatch(prompt::contains))
                .findFirst()
                .map(Known::answer)
                .orElseGet(() -> echo(question.prompt()));
    }

    private static String relay(Said result) {
        return result.tool().isEmpty()
                ? "The tool says: " + result.text()
                : "The tool " + result.tool() + " says: " + result.text();
    }

    private static String echo(String prompt) {
        List<String> words = List.of(prompt.strip().split("\\s+"));
        String beginning = words.stream().limit(12).collect(Collectors.joining(" "));
        return "You asked me, in " + words.size() + (words.size() == 1 ? " word: “" : " words: “") + beginning
                + (words.size() > 12 ? " …" : "") + "”."
                + " I am only a scripted model and have no answer to that: connect Caravan to a language model.";
    }

    private static String json(JsonNode format, String plain) {
        return format.path("properties").isObject()
                ? SchemaSample.of(format, plain).toString()
                : Json.object().put("answer", plain).put("source", "a script").toString();
    }
}
