package io.caravan.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueueBooksTest {

    private final QueueBooks books = new QueueBooks();

    @Test
    void findNothingWhereEachPromptCameToOneEnd() {
        books.acknowledged("a");
        books.tried("b");
        books.tried("never came through");
        books.called("a");
        books.called("b");
        books.called("a");
        books.ended("a");
        books.ended("b");

        assertThat(books.verdict().whole()).isTrue();
        assertThat(books.verdict().repeatedCalls()).isEqualTo(1);
    }

    @Test
    void findWhatWasLost() {
        books.acknowledged("a");
        books.called("a");

        assertThat(books.verdict().whole()).isFalse();
        assertThat(books.verdict().lost()).containsExactly("a");
    }

    @Test
    void findWhatEndedTwice() {
        books.acknowledged("a");
        books.ended("a");
        books.ended("a");

        assertThat(books.verdict().whole()).isFalse();
        assertThat(books.verdict().twice()).containsExactly("a");
    }

    @Test
    void findWhatNobodyHasSent() {
        books.ended("a");

        assertThat(books.verdict().whole()).isFalse();
        assertThat(books.verdict().unexpected()).containsExactly("a");
    }
}
