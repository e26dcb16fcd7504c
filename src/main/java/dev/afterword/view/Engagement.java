package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import io.vertx.core.Future;

/**
 * The rules of engaged reading: a page reports once how long it was visible and how far it was
 * read. Only sums are kept, never who it was. Confined to one event loop.
 */
final class Engagement {
  /** From this depth on, in percent, a read has reached the end: the last lines may be a footer. */
  private static final int END = 90;

  private final EngagementStore store;
  private final Pace<Reporter> reports;

  Engagement(EngagementStore store, Pace<Reporter> reports) {
    this.store = store;
    this.reports = reports;
  }

  /**
   * Counts a read, unless its network has reported too many.
   *
   * @param network where it comes from, as a keyed digest
   * @param seconds how long the page was visible, 0 to 3,600
   * @param depth how far it was scrolled, 0 to 100 percent
   */
  Future<Void> report(ArticleRef article, String network, int seconds, int depth) {
    return reports.take(new Reporter(article, network))
        ? store.add(article, ReadingTimes.bucketOf(seconds), depth >= END)
        : Future.succeededFuture();
  }

  /** What is known of an article's reads. */
  Future<Reads> of(ArticleRef article) {
    return store.read(article);
  }
}
