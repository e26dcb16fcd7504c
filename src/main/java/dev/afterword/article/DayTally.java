package dev.afterword.article;

/**
 * What came of each day on the articles of a bucket, counted in the same step as what it tells of:
 * a hash of {@code v} views, {@code c} comments that went out at once, {@code c:WHY} those that had
 * to wait, {@code =STATE} decisions by the letter of the state that a comment came to, {@code
 * =STATE:K} those on what waited, for 2<sup>K/4</sup> seconds and less than the next.
 */
public final class DayTally {
  /** After so many days one is forgotten, as {@code tally.lua} has it. */
  public static final int DAYS_KEPT = 400;

  private DayTally() {}

  /**
   * The key of a day.
   *
   * @param tag of the bucket
   * @param day since 1970
   */
  public static String key(String tag, long day) {
    return tag + ":dt:" + day;
  }
}
