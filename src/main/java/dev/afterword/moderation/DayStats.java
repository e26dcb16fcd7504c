package dev.afterword.moderation;

import dev.afterword.article.DayTally;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What came of a day, or of several, on a whole site: {@link DayTally} of all buckets together. */
final class DayStats {
  private static final String HELD = "c:";

  private final NavigableMap<String, Long> counts = new TreeMap<>();

  /** Adds what was counted in a bucket, or on another day. */
  void add(String what, long many) {
    counts.merge(what, many, Long::sum);
  }

  void addAll(DayStats other) {
    other.counts.forEach(this::add);
  }

  JsonObject json() {
    var waits = waits();
    return new JsonObject()
        .put("views", counts.getOrDefault("v", 0L))
        .put("comments", counts.getOrDefault("c", 0L) + sum(of(HELD)))
        .put("held", held())
        .put("approved", decisions("=v"))
        .put("rejected", decisions("=r"))
        .put("spam", decisions("=s"))
        .put("deleted", decisions("=d"))
        .put("waited", sum(waits))
        .put("medianWaitSeconds", median(waits));
  }

  private JsonObject held() {
    var held = new JsonObject();
    of(HELD).forEach((what, many) -> held.put(what.substring(HELD.length()), many));
    return held;
  }

  /** All that begins with a word. */
  private Map<String, Long> of(String word) {
    return counts.subMap(word, word + Character.MAX_VALUE);
  }

  /** What was taken back may have been decided before anything was counted. */
  private long decisions(String state) {
    return Math.max(0, sum(of(state)));
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many waited how long, in quarters of powers of two seconds. */
  private NavigableMap<Integer, Long> waits() {
    var waits = new TreeMap<Integer, Long>();
    of("=")
        .forEach(
            (what, many) -> {
              int colon = what.indexOf(':');
              if (colon >= 0) {
                waits.merge(Integer.valueOf(what.substring(colon + 1)), many, Long::sum);
              }
            });
    waits.values().removeIf(many -> many <= 0);
    return waits;
  }

  /** In whole seconds, at most a tenth off; {@code null} when nothing waited. */
  private static @Nullable Long median(NavigableMap<Integer, Long> waits) {
    long all = sum(waits);
    return all == 0
        ? null
        : Long.valueOf(Math.round((at(waits, (all - 1) / 2) + at(waits, all / 2)) / 2));
  }

  /** The middle of the span that the wait of a rank lies in, 0 for the shortest. */
  private static double at(NavigableMap<Integer, Long> waits, long rank) {
    long before = 0;
    for (var span : waits.entrySet()) {
      before += span.getValue();
      if (rank < before) {
        return Math.pow(2, (span.getKey() + 0.5) / 4);
      }
    }
    throw new IllegalArgumentException("There are only " + before + ".");
  }
}
