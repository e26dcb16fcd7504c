package dev.afterword.live;

import dev.afterword.redis.StoreClock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** For operators: how live this process is. Safe for any thread. */
public final class LiveMeters {
  /** Below the first nobody waits, beyond the last something is wrong. */
  private static final Duration[] LAGS = {
    Duration.ofMillis(10),
    Duration.ofMillis(30),
    Duration.ofMillis(100),
    Duration.ofMillis(300),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  /** Frames that were written to followers. */
  final Counter delivered;

  /** Messages that a later one of their kind took the place of before they were told. */
  final Counter coalesced;

  /** Messages that a follower could not take in, and that a later one makes up for. */
  final Counter dropped;

  /** Followers that were let go because they could not take in what they must not miss. */
  final Counter slow;

  /** Times that a follower was told to read again. */
  final Counter resets;

  /** Events that a follower had missed when it came back. */
  final DistributionSummary replayed;

  /** From an event in the store until the last follower on an event loop is told. */
  private final Timer lag;

  private final StoreClock clock;

  /** Channels of the store that are listened to. */
  final AtomicInteger subscriptions = new AtomicInteger();

  /** Registers them. */
  public LiveMeters(MeterRegistry meters, StoreClock clock) {
    this.clock = clock;
    delivered = counter(meters, "delivered", "Live frames written to followers");
    coalesced = counter(meters, "coalesced", "Live messages that a later one took the place of");
    dropped = counter(meters, "dropped", "Live messages that a follower could not take in");
    slow = counter(meters, "slow", "Followers let go because they were too slow");
    resets = counter(meters, "resets", "Times that a follower was told to read again");
    replayed =
        DistributionSummary.builder("afterword.live.replayed")
            .description("Events that a follower had missed when it came back")
            .register(meters);
    lag =
        Timer.builder("afterword.live.lag")
            .description("From an event in the store until the last follower is told")
            .serviceLevelObjectives(LAGS)
            .register(meters);
    Gauge.builder("afterword.live.subscriptions", subscriptions, AtomicInteger::get)
        .description("Channels of the store that are listened to")
        .register(meters);
  }

  /**
   * All on an event loop have been told of an event.
   *
   * @param happened when it happened, in milliseconds since 1970 by the store's clock; 0 when that
   *     is not known
   */
  void told(long happened) {
    if (happened > 0) {
      // The two clocks agree within the time of an answer.
      lag.record(Math.max(0, clock.now() - happened), TimeUnit.MILLISECONDS);
    }
  }

  private static Counter counter(MeterRegistry meters, String name, String text) {
    return Counter.builder("afterword.live." + name).description(text).register(meters);
  }
}
