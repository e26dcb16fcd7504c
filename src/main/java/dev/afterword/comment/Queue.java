package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import java.util.Locale;

/**
 * What moderators have to look at, or have looked at: in each bucket the ids of the comments by the
 * time of their creation, kept in the same step as their states. So a count is the size of an
 * index, and cannot drift from it.
 */
public enum Queue {
  /** Those that wait for a moderator. */
  PENDING("qp"),
  /** Those that a moderator refused. */
  REJECTED("qr"),
  /** Those that a moderator took for advertisements. */
  SPAM("qs"),
  /** Those that readers reported, while nobody has decided about that. */
  REPORTED("qf");

  private final String kind;

  Queue(String kind) {
    this.kind = kind;
  }

  /** The word of the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its key in a bucket. */
  public String key(String site, int bucket) {
    return ArticleRef.tag(site, bucket) + ':' + kind;
  }
}
