package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What a request asks, whichever wire format it came in.
 *
 * @param model as the request names it
 * @param format absent for free text; a JSON Schema, or a JSON text such as {@code "json"}, for JSON
 * @param thinks whether thoughts are wanted and the model has any
 * @param limit the largest number of text pieces
 */
public record Question(
        String model, List<Said> said, List<Tool> tools, Optional<JsonNode> format, boolean thinks, int limit) {

    /**
     * One message.
     *
     * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}, in lower case
     * @param tool the name of the tool whose result this is, else empty
     */
    public record Said(String role, String text, String tool) {}

    /** A tool the model may call, with the JSON Schema of its arguments. */
    public record Tool(String name, String description, JsonNode parameters) {}

    public Question {
        said = List.copyOf(said);
        tools = List.copyOf(tools);
    }

    /** What the user said last, or an empty text. */
    public String prompt() {
        return said.stream()
                .filter(message -> message.role().equals("user"))
                .reduce((earlier, later) -> later)
                .map(Said::text)
                .orElse("");
    }

    /** The beginning of the answer, where the last message is the assistant's own; else an empty text. */
    public String beginning() {
        return endsWith("assistant") ? said.get(said.size() - 1).text() : "";
    }

    /** The tool results the question ends with, in order. */
    public List<Said> results() {
        int start = said.size();
        while (start > 0 && said.get(start - 1).role().equals("tool")) {
            start--;
        }
        return said.subList(start, said.size());
    }

    /** The number of words in all messages, which stands in for a count of tokens. */
    public int size() {
        return said.stream()
                .mapToInt(message -> message.text().split("\\s+").length)
                .sum();
    }

    private boolean endsWith(String role) {
        return !said.isEmpty() && said.get(said.size() - 1).role().equals(role);
    }
}
