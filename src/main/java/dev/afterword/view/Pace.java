package dev.afterword.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often each of many may do something: some times at once, then once in a period. Known to this
 * process alone and never stored. Safe for any thread.
 *
 * <p>The generic cell rate algorithm, as {@code identity/admit.lua} has it.
 */
final class Pace<K> {
  /** When the next time of each would be due, in milliseconds of this process. */
  private final Cache<K, Long> due;

  private final boolean limited;
  private final long periodMs;
  private final long aheadMs;
  private final LongSupplier clock;

  /**
   * @param limited false to let everyone do as they like
   * @param burst how often at once
   * @param periodMs then once in this time, in milliseconds
   * @param most how many are remembered; of more than that some begin anew
   */
  Pace(boolean limited, int burst, long periodMs, int most) {
    this(limited, burst, periodMs, most, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  /** With a clock of one's own. */
  Pace(boolean limited, int burst, long periodMs, int most, LongSupplier clock) {
    this.limited = limited;
    this.periodMs = periodMs;
    this.aheadMs = (burst - 1) * periodMs;
    this.clock = clock;
    this.due =
        Caffeine.newBuilder()
            .maximumSize(most)
            .expireAfterWrite(Duration.ofMillis(burst * periodMs))
            .build();
  }

  /** Whether {@link #take} would be granted. */
  boolean allows(K who) {
    var next = limited ? due.getIfPresent(who) : null;
    return next == null || next - clock.getAsLong() <= aheadMs;
  }

  /** Takes one time more; false when it is too early. */
  boolean take(K who) {
    if (!limited) {
      return true;
    }
    long now = clock.getAsLong();
    var granted = new boolean[1];
    due.asMap()
        .compute(
            who,
            (same, next) -> {
              long from = next == null ? now : Math.max(next, now);
              granted[0] = from - now <= aheadMs;
              return granted[0] ? from + periodMs : from;
            });
    return granted[0];
  }

  /** What was taken did not count after all. */
  void giveBack(K who) {
    if (limited) {
      due.asMap().computeIfPresent(who, (same, next) -> next - periodMs);
    }
  }
}
