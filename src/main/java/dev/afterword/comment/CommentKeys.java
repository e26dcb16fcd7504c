package dev.afterword.comment;

import dev.afterword.article.ArticleRef;

/** The keys of comments, and of what is known of them in each bucket. */
final class CommentKeys {
  /**
   * How many of a bucket's latest visible comments are known without reading its articles. What is
   * hidden leaves them and nothing comes after, so there are ten times as many as anybody asks for:
   * when a wave is removed, those from before it are still there.
   */
  static final int MOST_LATEST = 1_000;

  private CommentKeys() {}

  /** A comment, see {@link Comment}. */
  static String comment(ArticleRef article, String id) {
    return article.tag() + ":c:" + id;
  }

  /** What a comment said before its edits, the oldest first. */
  static String revisions(ArticleRef article, String id) {
    return article.tag() + ":e:" + id;
  }

  /** Who takes part in an article: for each name a comment of theirs. */
  static String participants(ArticleRef article) {
    return article.at("u");
  }

  /**
   * What an idempotency key has made on an article.
   *
   * @param key a digest of it
   */
  static String made(ArticleRef article, String key) {
    return article.at("i") + ':' + key;
  }

  /** The comments of an author in a bucket, by the time of their creation. */
  static String written(String site, int bucket, String author) {
    return ArticleRef.tag(site, bucket) + ":w:" + author;
  }

  /** All comments of a bucket, by the time of their creation. */
  static String all(String site, int bucket) {
    return ArticleRef.tag(site, bucket) + ":qa";
  }

  /** The latest visible comments of a bucket, no more than {@link #MOST_LATEST}. */
  static String latest(String site, int bucket) {
    return ArticleRef.tag(site, bucket) + ":n";
  }

  /** The articles of a bucket that have comments, by their latest one. */
  static String articles(String site, int bucket) {
    return ArticleRef.tag(site, bucket) + ":t";
  }
}
