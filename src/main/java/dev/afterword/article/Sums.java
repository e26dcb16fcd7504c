package dev.afterword.article;

/** The keys of what the views and reads of an article come to beside its record. */
public final class Sums {
  private Sums() {}

  /** Its views by day: day since 1970 to {@code "hour:views …"}, or to their sum alone. */
  public static String days(ArticleRef article) {
    return article.at("d");
  }

  /** Its reads: how many took how long, and how many reached the end. */
  public static String reads(ArticleRef article) {
    return article.at("g");
  }
}
