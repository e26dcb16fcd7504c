package dev.afterword.identity;

/**
 * How often something may be done, in GCRA terms: so many times at once, then once each so often.
 */
public enum Limit {
  /** Comments from one network. */
  COMMENTS("comments", 10, 6_000),
  /** Comments of one author, who may have many networks. */
  AUTHOR_COMMENTS("author-comments", 10, 6_000),
  /** Comments on one article, wherever they come from. */
  ARTICLE_COMMENTS("article-comments", 100, 200),
  /** Comments on one site, wherever they come from. */
  SITE_COMMENTS("site-comments", 500, 50),
  /** Edits, votes and reactions of one author. */
  AUTHOR_CHANGES("author-changes", 60, 1_000),
  /** The same from one network, in which many authors may be. */
  CHANGES("changes", 240, 250),
  /** New guests from one network. */
  GUESTS("guests", 10, 60_000),
  /** Failed logins to the admin page from one network. */
  LOGINS("logins", 10, 60_000),
  /** Articles that one network brings into being: 60 an hour. */
  ARTICLES("articles", 60, 60_000),
  /** Articles that come into being on a site: 2,000 an hour. */
  SITE_ARTICLES("site-articles", 2_000, 1_800);

  private final String word;
  private final int burst;
  private final long periodMs;

  Limit(String word, int burst, long periodMs) {
    this.word = word;
    this.burst = burst;
    this.periodMs = periodMs;
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
   */
  public record Left(Limit limit, int remaining) {
    /** As the field {@code RateLimit} states it. */
    public String field() {
      return limit.left(remaining, limit.periodMs / 1_000);
    }
  }

  /** The limit of a network, an author, an article or the site. */
  public Applied of(String whose) {
    return new Applied(this, whose);
  }

  /** Its name, as clients and the store know it. */
  String word() {
    return word;
  }

  /** How many times at once. */
  int burst() {
    return burst;
  }

  /** How long each takes to be forgotten, in milliseconds. */
  long periodMs() {
    return periodMs;
  }

  /** The limit as the field {@code RateLimit-Policy} states it. */
  public String policy() {
    return '"' + word + "\";q=" + burst + ";w=" + burst * periodMs / 1_000;
  }

  /**
   * What is left of it, as the field {@code RateLimit} states it.
   *
   * @param remaining how many times more, now
   * @param seconds until it is one more
   */
  String left(int remaining, long seconds) {
    return '"' + word + "\";r=" + remaining + ";t=" + seconds;
  }
}
