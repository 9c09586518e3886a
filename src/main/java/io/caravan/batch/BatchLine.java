package io.caravan.batch;

/**
 * One line of a batch file.
 *
 * @param number in the file, from 1
 * @param json the whole line
 */
public record BatchLine(int number, String customId, String json) {}
