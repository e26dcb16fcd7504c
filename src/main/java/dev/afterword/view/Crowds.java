package dev.afterword.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.article.ArticleRef;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many views of one article may come from one neighbourhood of addresses: a few hundred at
 * once, then one every few seconds, however many addresses take turns there. Known to this process
 * alone and never stored. Safe for any thread.
 *
 * <p>The generic cell rate algorithm, as {@code identity/admit.lua} has it.
 */
final class Crowds {
  /** How many at once. */
  static final int BURST = 300;

  /** Then one in this time, in milliseconds. */
  static final long PERIOD_MS = 3_000;

  /** When the next view of a crowd would be due, in milliseconds of this process. */
  private final Cache<Crowd, Long> due =
      Caffeine.newBuilder()
          .maximumSize(500_000)
          .expireAfterWrite(Duration.ofMillis(BURST * PERIOD_MS))
          .build();

  private final boolean limited;
  private final LongSupplier clock;

  /**
   * Those who come to an article from nearby.
   *
   * @param neighbourhood the first 24 bits of an IPv4 address, or 48 of an IPv6 one
   */
  private record Crowd(ArticleRef article, long neighbourhood) {}

  /**
   * @param limited false to let everyone in
   */
  Crowds(boolean limited) {
    this(limited, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  /** With a clock of one's own. */
  Crowds(boolean limited, LongSupplier clock) {
    this.limited = limited;
    this.clock = clock;
  }

  /** Whether one more view from an address would be let in. */
  boolean wouldEnter(ArticleRef article, byte[] address) {
    if (!limited) {
      return true;
    }
    var next = due.getIfPresent(new Crowd(article, neighbourhood(address)));
    return next == null || isEarlyEnough(next, clock.getAsLong());
  }

  /** Lets one more view from an address in, or not. */
  boolean enter(ArticleRef article, byte[] address) {
    if (!limited) {
      return true;
    }
    long now = clock.getAsLong();
    var entered = new boolean[1];
    due.asMap()
        .compute(
            new Crowd(article, neighbourhood(address)),
            (crowd, next) -> {
              long from = next == null ? now : Math.max(next, now);
              entered[0] = isEarlyEnough(from, now);
              return entered[0] ? from + PERIOD_MS : from;
            });
    return entered[0];
  }

  /** The one who was let in was no view after all. */
  void leave(ArticleRef article, byte[] address) {
    due.asMap()
        .computeIfPresent(
            new Crowd(article, neighbourhood(address)), (crowd, next) -> next - PERIOD_MS);
  }

  private static boolean isEarlyEnough(long next, long now) {
    return next - now <= (BURST - 1) * PERIOD_MS;
  }

  private static long neighbourhood(byte[] address) {
    int bytes = address.length == 4 ? 3 : 6;
    long bits = address.length;
    for (int i = 0; i < bytes; i++) {
      bits = bits << 8 | (address[i] & 0xFF);
    }
    return bits;
  }
}
