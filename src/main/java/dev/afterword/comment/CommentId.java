package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Site;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A comment's id: the 12 characters of its article's number, then 40 random bits as 8 characters of
 * base 32. An id alone leads to every key of the comment, and tells nothing about others.
 *
 * @param value 20 characters of 0–9 and a–v
 */
record CommentId(String value) {
  private static final int LENGTH = 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new id on an article. */
  static CommentId on(ArticleRef article) {
    var digits = Long.toString(RANDOM.nextLong() >>> 24, 32);
    return new CommentId(article.id() + "0".repeat(8 - digits.length()) + digits);
  }

  /** The id of a text; empty when it cannot be one. */
  static Optional<CommentId> parse(String text) {
    if (text.length() != LENGTH
        || ArticleRef.numberOf(text.substring(0, ArticleRef.ID_LENGTH)).isEmpty()) {
      return Optional.empty();
    }
    boolean digits = text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'v'));
    return digits ? Optional.of(new CommentId(text)) : Optional.empty();
  }

  /** The id of its article. */
  String articleId() {
    return value.substring(0, ArticleRef.ID_LENGTH);
  }

  /** The number of its article. */
  long article() {
    return ArticleRef.numberOf(value.substring(0, ArticleRef.ID_LENGTH)).orElseThrow();
  }

  /** Where it would be on a site; of its article no more than the number is known. */
  ArticleRef place(Site site) {
    int bucket = ArticleRef.bucketOf(article(), site.buckets());
    return ArticleRef.numbered(site.name(), bucket, articleId());
  }

  /** What tells it from the other comments of its article. */
  String member() {
    return value.substring(ArticleRef.ID_LENGTH);
  }
}
