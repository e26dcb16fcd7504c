package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How many sockets of this process have an article open. Safe for any thread. */
public final class Readers {
  private final ConcurrentHashMap<ArticleRef, Integer> open = new ConcurrentHashMap<>();

  /** How many have it open now. */
  int of(ArticleRef article) {
    return open.getOrDefault(article, 0);
  }

  /** Those that somebody has open now: a view that goes with the time. */
  Set<ArticleRef> articles() {
    return Collections.unmodifiableSet(open.keySet());
  }

  void add(ArticleRef article) {
    open.merge(article, 1, Integer::sum);
  }

  void remove(ArticleRef article) {
    open.computeIfPresent(article, (ref, count) -> count > 1 ? count - 1 : null);
  }
}
