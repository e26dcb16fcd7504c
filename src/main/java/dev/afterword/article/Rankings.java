package dev.afterword.article;

import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * The rankings of a bucket's articles: one for each hour and one for each day, by what came in that
 * time. They go by themselves when no question reaches back to them.
 */
public final class Rankings {
  /** How long an hour's ranking is kept, in milliseconds: more than a day. */
  public static final long HOUR_KEPT_MS = 50L * 3_600_000;

  /** How long a day's ranking is kept, in milliseconds: more than a month. */
  public static final long DAY_KEPT_MS = 33L * 86_400_000;

  private Rankings() {}

  /** What articles are ranked by. */
  public enum By {
    /** Counted views. */
    VIEWS("tv"),
    /** Comments written in that time that are visible. */
    COMMENTS("tc");

    private final String kind;

    By(String kind) {
      this.kind = kind;
    }

    /** The word of the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The time that a ranking is asked for: whole hours or days, the one that has begun and as many
   * before it as cover the name.
   */
  public enum Window {
    /** This hour and the one before. */
    HOUR(1, false),
    /** This hour and the 24 before. */
    DAY(24, false),
    /** Today and the 7 days before. */
    WEEK(7, true),
    /** Today and the 30 days before. */
    MONTH(30, true);

    private final int before;
    private final boolean days;

    Window(int before, boolean days) {
      this.before = before;
      this.days = days;
    }

    /** The word of the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The keys of a bucket that hold this window, as it is in an hour. */
    public List<String> keys(String tag, By by, Hour now) {
      long last = days ? now.day() : now.number();
      return LongStream.rangeClosed(last - before, last)
          .mapToObj(each -> days ? ofDay(tag, by, each) : ofHour(tag, by, each))
          .toList();
    }
  }

  /** The two keys that something of an hour is counted in: the hour's and its day's. */
  public static List<String> keys(String tag, By by, Hour hour) {
    return List.of(ofHour(tag, by, hour.number()), ofDay(tag, by, hour.day()));
  }

  private static String ofHour(String tag, By by, long hour) {
    return tag + ':' + by.kind + ":h" + hour;
  }

  private static String ofDay(String tag, By by, long day) {
    return tag + ':' + by.kind + ":d" + day;
  }
}
