package dev.afterword.article;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * An hour, in UTC.
 *
 * @param number of hours since 1970
 */
public record Hour(long number) {
  /** The hour of a moment in milliseconds since 1970. */
  public static Hour at(long ms) {
    return new Hour(Math.floorDiv(ms, TimeUnit.HOURS.toMillis(1)));
  }

  /** The day it is part of, since 1970. */
  public long day() {
    return Math.floorDiv(number, 24);
  }

  /** Its place in that day: 0 to 23. */
  public long ofDay() {
    return Math.floorMod(number, 24L);
  }

  /** When it begins. */
  public Instant begins() {
    return Instant.ofEpochSecond(number * 3_600);
  }
}
