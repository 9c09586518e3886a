package io.caravan.demo;

/**
 * What an answer took.
 *
 * @param prompt the prompt's size, in words
 * @param pieces of the answer
 * @param total nanoseconds from the request to the end
 * @param load nanoseconds of reading the request
 * @param first nanoseconds from there to the first piece
 * @param rest nanoseconds from there to the end
 */
record Tally(int prompt, int pieces, long total, long load, long first, long rest) {}
