package dev.afterword.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one round of an operation came to.
 *
 * @param perSecond how many of them in a second
 * @param p50 half of them took at most this, in milliseconds
 * @param p99 99 of a hundred took at most this, in milliseconds
 * @param total how many there were, those before and after the measured seconds included
 * @param errors how many of them were not answered as they should have been
 * @param cpu processor time that the server and its store spent on each, in microseconds
 */
record Sample(double perSecond, double p50, double p99, long total, long errors, double cpu) {
  /** From latencies in nanoseconds, of which the first {@code count} are filled. */
  static Sample of(long[] latencies, int count, double seconds, long total, long errors) {
    var sorted = Arrays.copyOf(latencies, count);
    Arrays.sort(sorted);
    return new Sample(count / seconds, at(sorted, 0.5), at(sorted, 0.99), total, errors, 0);
  }

  /** The same with the processor time of all of them, in nanoseconds. */
  Sample spending(long nanoseconds) {
    return new Sample(perSecond, p50, p99, total, errors, nanoseconds / 1e3 / Math.max(1, total));
  }

  private static double at(long[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))] / 1e6;
  }

  /** The middle of several rounds, figure by figure; totals and errors add up. */
  static Sample median(List<Sample> rounds) {
    return new Sample(
        median(rounds, Sample::perSecond),
        median(rounds, Sample::p50),
        median(rounds, Sample::p99),
        rounds.stream().mapToLong(Sample::total).sum(),
        rounds.stream().mapToLong(Sample::errors).sum(),
        median(rounds, Sample::cpu));
  }

  static <T> double median(List<T> rounds, ToDoubleFunction<T> figure) {
    var sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
