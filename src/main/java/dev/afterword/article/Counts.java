package dev.afterword.article;

/**
 * The numbers below an article; zeros when it was never seen.
 *
 * @param views counted views, and the baseline
 * @param visitors the sum of each day's distinct visitors: an estimate, standard error 0.81 %
 * @param comments visible comments
 */
public record Counts(long views, long visitors, long comments) {}
