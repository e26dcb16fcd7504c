package dev.afterword.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** How this server writes a moment: RFC 3339 in UTC, with milliseconds and {@code Z}. */
public final class Times {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Times() {}

  /** The moment as text, always of the same length until the year 9999. */
  public static String format(Instant moment) {
    return FORMAT.format(moment);
  }
}
