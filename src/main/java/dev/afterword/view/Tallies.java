package dev.afterword.view;

import dev.afterword.view.Recorded.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** For operators: what became of all hits on this process. Safe for any thread. */
final class Tallies {
  private static final String NAME = "afterword.views";
  private static final String TEXT = "Opened pages, by what became of them";

  private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
  private final Counter refused;

  Tallies(MeterRegistry meters) {
    for (var outcome : Outcome.values()) {
      if (!outcome.isBetweenUs()) {
        outcomes.put(outcome, counter(meters, outcome.word()));
      }
    }
    this.refused = counter(meters, "refused");
  }

  private static Counter counter(MeterRegistry meters, String outcome) {
    return Counter.builder(NAME).description(TEXT).tag("outcome", outcome).register(meters);
  }

  /**
   * One more.
   *
   * @param outcome {@code null} when it was refused: by the store's absence or the site's rules
   */
  void count(@Nullable Outcome outcome) {
    (outcome == null ? refused : Objects.requireNonNull(outcomes.get(outcome))).increment();
  }
}
