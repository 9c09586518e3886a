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
    /** What routes of a team's own could not bring to its end, of whichever queue. */
    public static final String DEAD = "caravan.dead";
    /** Lines of batches that wait for their result. */
    public static final String BATCH = "caravan.batch";

    /** Questions of processes that leave the answering to others. */
    public static final String QUESTIONS = "caravan.questions";
    /** The topic on which these say that an answer is no longer wanted, or decide about a call of a tool. */
    public static final String CONTROL = "caravan.control";

    /** All of them; an embedded broker has them from its first start on. */
    public static final List<String> ALL = List.of(PROMPTS, ANSWERS, DEAD_PROMPTS, DEAD, BATCH);

    private Queues() {}
}
