package dev.afterword.view;

import dev.afterword.article.ArticleRef;

/**
 * A network that reports reads of an article: 30 at once, then one a minute.
 *
 * @param network as a keyed digest
 */
record Reporter(ArticleRef article, String network) {
  /** The pace of each reporter; none unless {@code limited}. */
  static Pace<Reporter> pace(boolean limited) {
    return new Pace<>(limited, 30, 60_000, 100_000);
  }
}
