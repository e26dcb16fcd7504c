package dev.afterword.http;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** How this server writes a moment: RFC 3339 in UTC, with milliseconds and {@code Z}. */
public final class Times {
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private Times() {}

  /** The moment as text, always of the same length until the year 9999. */
  public static String format(Instant moment) {
    return FORMAT.format(moment);
  }
}
