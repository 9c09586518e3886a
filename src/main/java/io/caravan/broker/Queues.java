package io.caravan.broker;

import java.util.List;

/** The names of Caravan's own queues. */
public final class Queues {

    /** Prompts that wait for an answer. */
    public static final String PROMPTS = "caravan.prompts";
    /** Answers to prompts that name no queue for theirs. */
    public static final String ANSWERS = "caravan.answers";
    /** Prompts that cannot be answered, with their cause. */
    public static final String DEAD_PROMPTS = "caravan.prompts.dead";

    /** All of them; an embedded broker has them from its first start on. */
    public static final List<String> ALL = List.of(PROMPTS, ANSWERS, DEAD_PROMPTS);

    private Queues() {}
}
