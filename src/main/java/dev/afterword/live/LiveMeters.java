package dev.afterword.live;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** For operators: how live this process is. Safe for any thread. */
public final class LiveMeters {
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

  /** Channels of the store that are listened to. */
  final AtomicInteger subscriptions = new AtomicInteger();

  /** Registers them. */
  public LiveMeters(MeterRegistry meters) {
    delivered = counter(meters, "delivered", "Live frames written to followers");
    coalesced = counter(meters, "coalesced", "Live messages that a later one took the place of");
    dropped = counter(meters, "dropped", "Live messages that a follower could not take in");
    slow = counter(meters, "slow", "Followers let go because they were too slow");
    resets = counter(meters, "resets", "Times that a follower was told to read again");
    replayed =
        DistributionSummary.builder("afterword.live.replayed")
            .description("Events that a follower had missed when it came back")
            .register(meters);
    Gauge.builder("afterword.live.subscriptions", subscriptions, AtomicInteger::get)
        .description("Channels of the store that are listened to")
        .register(meters);
  }

  private static Counter counter(MeterRegistry meters, String name, String text) {
    return Counter.builder("afterword.live." + name).description(text).register(meters);
  }
}
