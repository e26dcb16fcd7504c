package dev.afterword.view;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How long an article was read, as a histogram of whole seconds. Up to nine seconds each second has
 * a bucket; beyond that a bucket is as wide as a tenth of its first second, so that no two times in
 * one bucket are more than 10 % apart. There are 67 buckets from 0 to an hour.
 *
 * <p>A bucket is named by its first second, in the store too: what was counted keeps its meaning.
 */
final class ReadingTimes {
  /** The longest time that is told apart, in seconds. */
  static final int LONGEST = 3_600;

  /** The first second of each bucket, and one that lies beyond the last. */
  private static final int[] STARTS = starts();

  private final NavigableMap<Integer, Long> counts;

  /**
   * @param counts how many reads there are in each bucket
   */
  ReadingTimes(NavigableMap<Integer, Long> counts) {
    this.counts = new TreeMap<>(counts);
  }

  private static int[] starts() {
    var starts = new int[100];
    int used = 1;
    while (starts[used - 1] <= LONGEST) {
      starts[used] = starts[used - 1] + 1 + starts[used - 1] / 10;
      used++;
    }
    return Arrays.copyOf(starts, used);
  }

  /** The bucket of a time, 0 to {@link #LONGEST} seconds. */
  static int bucketOf(int seconds) {
    int found = Arrays.binarySearch(STARTS, seconds);
    return STARTS[found >= 0 ? found : -found - 2];
  }

  /** The last second of the bucket that begins with one. */
  private static int lastOf(int bucket) {
    return Math.min(LONGEST, bucket + bucket / 10);
  }

  /** How many reads there are. */
  long reads() {
    return counts.values().stream().mapToLong(count -> count).sum();
  }

  /**
   * The median in whole seconds: at most 10 % off, and half a second by rounding. Empty without
   * reads.
   */
  OptionalLong median() {
    long reads = reads();
    if (reads == 0) {
      return OptionalLong.empty();
    }
    // Of an even number of reads the median is the mean of the two in the middle.
    double twice = secondsAt((reads - 1) / 2) + secondsAt(reads / 2);
    return OptionalLong.of(Math.round(twice / 2));
  }

  /**
   * The time of a read in order of time, 0 the shortest, as if a bucket's lay at even distances.
   */
  private double secondsAt(long rank) {
    long before = 0;
    for (var bucket : counts.entrySet()) {
      int first = bucket.getKey();
      long here = bucket.getValue();
      if (rank < before + here) {
        return first + (lastOf(first) - first) * (rank - before + 0.5) / here;
      }
      before += here;
    }
    throw new IllegalArgumentException("There are only " + before + " reads.");
  }
}
