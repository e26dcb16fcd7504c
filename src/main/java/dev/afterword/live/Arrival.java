package dev.afterword.live;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A follower on its way into an article's room.
 *
 * @param key the article's key as they wrote it
 * @param known what they were told of until now, when that has given way; else {@code null}
 * @param since where they were; {@code null} for a new one, and any text they may have sent
 */
record Arrival(Follower follower, String key, @Nullable ArticleRef known, @Nullable String since) {

  /** Whether they are still there, and still want this article. */
  boolean isFor(ArticleRef article) {
    return follower.isOpen() && follower.articles.contains(article);
  }

  /**
   * What they are told first: they have to know what becomes of the article that they were told of.
   *
   * @param position from where it goes on for them
   */
  List<String> greeting(Article now, Position position, int readers) {
    var hello = Messages.hello(now, key, position, readers);
    return known == null || known.key().equals(now.ref().key())
        ? List.of(hello)
        : List.of(Messages.moved(known, now.ref()), hello);
  }
}
