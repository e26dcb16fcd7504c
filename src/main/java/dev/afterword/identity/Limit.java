package dev.afterword.identity;

import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is limited, and how often it may be done on a site that says nothing of it. */
public enum Limit {
  /** Comments from one network. */
  COMMENTS("comments", 10, 600),
  /** Comments of one author, who may have many networks. */
  AUTHOR_COMMENTS("author-comments", 10, 600),
  /** Comments on one article, wherever they come from. */
  ARTICLE_COMMENTS("article-comments", 100, 18_000),
  /** Comments on one site, wherever they come from. */
  SITE_COMMENTS("site-comments", 500, 72_000),
  /** Edits, votes and reactions of one author. */
  AUTHOR_CHANGES("author-changes", 60, 3_600),
  /** The same from one network, in which many authors may be. */
  CHANGES("changes", 240, 14_400),
  /** New guests from one network. */
  GUESTS("guests", 10, 60),
  /** Failed logins to the admin page from one network: no setting, as it guards the settings. */
  LOGINS("logins", 10, 60),
  /** Articles that one network brings into being. */
  ARTICLES("articles", 60, 60),
  /** Articles that come into being on a site. */
  SITE_ARTICLES("site-articles", 2_000, 2_000);

  private final String word;
  private final int burst;
  private final int perHour;

  Limit(String word, int burst, int perHour) {
    this.word = word;
    this.burst = burst;
    this.perHour = perHour;
  }

  /**
   * How often: so many times at once, then so many an hour, evenly (GCRA).
   *
   * @param burst at least 1
   * @param perHour 1 to 360,000
   */
  public record Rate(int burst, int perHour) {
    private static final int HOUR_SECONDS = 3_600;

    /** How long each takes to be forgotten, in milliseconds. */
    long periodMs() {
      return Math.round(HOUR_SECONDS * 1_000.0 / perHour);
    }

    /** How long it takes until all of the burst is there again. */
    private long seconds() {
      return Math.max(1, (long) burst * HOUR_SECONDS / perHour);
    }

    static Rate of(JsonObject json) {
      return new Rate(json.getInteger("burst"), json.getInteger("perHour"));
    }

    JsonObject json() {
      return new JsonObject().put("burst", burst).put("perHour", perHour);
    }
  }

  /**
   * A limit as it applies to somebody or something.
   *
   * @param whose what tells it from others that have the same limit: a network, an author, an
   *     article; of a site's own, the site's name
   */
  public record Applied(Limit limit, String whose) {}

  /**
   * What is left of a limit.
   *
   * @param remaining how many times more, now
   * @param seconds until it is one more
   */
  public record Left(Limit limit, Rate rate, int remaining, long seconds) {
    /** The limit as the field {@code RateLimit-Policy} states it. */
    public String policy() {
      return '"' + limit.word + "\";q=" + rate.burst + ";w=" + rate.seconds();
    }

    /** What is left of it, as the field {@code RateLimit} states it. */
    public String field() {
      return '"' + limit.word + "\";r=" + remaining + ";t=" + seconds;
    }
  }

  /** The limit of a network, an author, an article or the site. */
  public Applied of(String whose) {
    return new Applied(this, whose);
  }

  /** Its name, as clients, the settings and the store know it. */
  String word() {
    return word;
  }

  /** Under which name a site's settings keep how often; each alone, so that others stay. */
  String setting() {
    return "limit:" + word;
  }

  /** The limits that a site decides about, in the order in which they are shown. */
  static List<Limit> ofSites() {
    return Stream.of(values()).filter(limit -> limit != LOGINS).toList();
  }

  /** How often everything may be done on a site, as its settings are kept. */
  static Map<Limit, Rate> rates(JsonObject settings) {
    var rates = new EnumMap<Limit, Rate>(Limit.class);
    for (var limit : values()) {
      var own = settings.getJsonObject(limit.setting());
      rates.put(limit, own == null ? new Rate(limit.burst, limit.perHour) : Rate.of(own));
    }
    return rates;
  }
}
