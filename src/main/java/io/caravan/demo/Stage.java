package io.caravan.demo;

/** Where questions are answered: asks the script, applies what is ordered, and sends the answer on its way. */
final class Stage {

    private final Script script;
    private final Ticker ticker;

    Stage(Script script, Ticker ticker) {
        this.script = script;
        this.ticker = ticker;
    }

    void play(Question question, Visit visit, Wire wire, boolean streamed) {
        Reply reply = visit.fault().rewrite(script.answer(question).limited(question.limit()));
        new AnswerStream(ticker, visit.line(), wire, reply, visit.fault(), streamed, question.size()).start();
    }
}
