package dev.afterword.view;

import dev.afterword.article.Hour;
import java.util.HashMap;
import java.util.Map;

/**
 * An article's views over time: a text for each day, {@code "9:12 10:3"} (hour of the day and
 * views), or, of days long ago, their sum alone.
 */
final class Series {
  /** For how many days hours are told apart. */
  static final int HOURS_KEPT_DAYS = 90;

  private final Map<Long, String> days;

  /**
   * @param days texts by day since 1970
   */
  Series(Map<Long, String> days) {
    this.days = days;
  }

  /** A day's views. */
  long ofDay(long day) {
    var text = days.getOrDefault(day, "0");
    return text.indexOf(':') < 0
        ? Long.parseLong(text)
        : hours(text).values().stream().mapToLong(Long::longValue).sum();
  }

  /** An hour's views; 0 when its day is too long ago to tell. */
  long ofHour(Hour hour) {
    var text = days.getOrDefault(hour.day(), "0");
    return text.indexOf(':') < 0 ? 0 : hours(text).getOrDefault(hour.ofDay(), 0L);
  }

  private static Map<Long, Long> hours(String text) {
    var hours = new HashMap<Long, Long>();
    for (var each : text.split(" ", -1)) {
      int colon = each.indexOf(':');
      hours.put(Long.valueOf(each.substring(0, colon)), Long.valueOf(each.substring(colon + 1)));
    }
    return hours;
  }
}
