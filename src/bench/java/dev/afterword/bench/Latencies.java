package dev.afterword.bench;

import java.util.Arrays;

/** Latencies of what ended between two moments. Confined to one thread. */
final class Latencies {
  private final long from;
  private final long until;
  private long[] nanoseconds = new long[1 << 16];
  private int count;
  private long total;

  /** Moments are those of {@link System#nanoTime}. */
  Latencies(long from, long until) {
    this.from = from;
    this.until = until;
  }

  void add(long started, long ended) {
    total++;
    if (ended - from < 0 || ended - until > 0) {
      return;
    }
    if (count == nanoseconds.length) {
      nanoseconds = Arrays.copyOf(nanoseconds, 2 * count);
    }
    nanoseconds[count++] = ended - started;
  }

  boolean isOver(long now) {
    return now - until > 0;
  }

  Sample sample(long errors) {
    return Sample.of(nanoseconds, count, (until - from) / 1e9, total, errors);
  }
}
