package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import java.util.concurrent.ConcurrentHashMap;

/** How many sockets of this process have an article open. Safe for any thread. */
public final class Readers {
  private final ConcurrentHashMap<ArticleRef, Integer> open = new ConcurrentHashMap<>();

  /** How many have it open now. */
  public int of(ArticleRef article) {
    return open.getOrDefault(article, 0);
  }

  void add(ArticleRef article) {
    open.merge(article, 1, Integer::sum);
  }

  void remove(ArticleRef article) {
    open.computeIfPresent(article, (ref, count) -> count > 1 ? count - 1 : null);
  }
}
