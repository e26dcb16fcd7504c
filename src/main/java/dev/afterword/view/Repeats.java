package dev.afterword.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.afterword.article.ArticleRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a process remembers of the visitors whose views the store has counted, so that a repeat need
 * not ask it again. Bounded; safe for any thread, one for a process.
 */
final class Repeats {
  private static final Duration TOLD_FOR = Duration.ofSeconds(5);

  private final Cache<String, Long> windows =
      Caffeine.newBuilder()
          .maximumSize(500_000)
          .expireAfter(Expiry.<String, Long>creating((window, ms) -> Duration.ofMillis(ms)))
          .build();

  /**
   * Other processes count, too, and a baseline can be lowered: a number is told for a few seconds,
   * and seeing it again makes that no longer.
   */
  private final Cache<ArticleRef, Long> views =
      Caffeine.newBuilder()
          .maximumSize(50_000)
          .expireAfter(Expiry.<ArticleRef, Long>creating((article, count) -> TOLD_FOR))
          .build();

  /** The article's views, when a window is known to be open; else {@code null}. */
  @Nullable Long viewsIfOpen(String window, ArticleRef article) {
    return quietly(windows, window) == null ? null : views(article);
  }

  /** The article's views, when the store has said them lately; else {@code null}. */
  @Nullable Long views(ArticleRef article) {
    return quietly(views, article);
  }

  /** A window stays open for some more milliseconds. */
  void opened(String window, long ms) {
    windows.put(window, ms);
  }

  /** The store said how many views an article has; a number never goes down. */
  void sawViews(ArticleRef article, long count) {
    views.asMap().merge(article, count, Math::max);
  }

  /**
   * A look that leaves no trace. Noting which entries are asked for, to keep those when there is no
   * more room, would cost more than the look; and when there is none, it does not matter which go.
   */
  private static <K, V> @Nullable V quietly(Cache<K, V> cache, K key) {
    return cache.policy().getIfPresentQuietly(key);
  }
}
