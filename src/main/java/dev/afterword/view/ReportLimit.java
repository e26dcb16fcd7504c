package dev.afterword.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.article.ArticleRef;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many reads one network may report of one article: 30 in half an hour that begins with the
 * first. Kept in this process alone, and bounded; safe for any thread, one for a process.
 */
public final class ReportLimit {
  private static final int MOST = 30;

  private final Cache<Reporter, AtomicInteger> reports =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(Duration.ofMinutes(30)).build();

  private final boolean limited;

  private record Reporter(ArticleRef article, String network) {}

  /**
   * @param limited false to let everyone report at any rate
   */
  public ReportLimit(boolean limited) {
    this.limited = limited;
  }

  /**
   * Whether one report more may count.
   *
   * @param network as a keyed digest
   */
  boolean admits(ArticleRef article, String network) {
    return !limited
        || reports
                .get(new Reporter(article, network), first -> new AtomicInteger())
                .incrementAndGet()
            <= MOST;
  }
}
