package dev.afterword.view;

/**
 * What is known of the reads of an article.
 *
 * @param finished how many reached the end
 * @param times how long they took
 */
record Reads(long finished, ReadingTimes times) {}
