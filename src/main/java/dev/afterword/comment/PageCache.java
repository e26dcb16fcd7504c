package dev.afterword.comment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import dev.afterword.http.Body;
import dev.afterword.identity.Site;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Rendered pages of threads as bytes, exact: a page is found only under the position and version
 * that its article has now. Confined to one event loop, but for the bytes, which its process
 * shares.
 */
final class PageCache {
  private final Cache<Key, Body> pages;

  /** Pages that are being made: who asks for the same one waits for it. */
  private final Map<Key, Future<Body>> making = new HashMap<>();

  private record Key(
      ArticleRef article, Position position, long version, long site, Record asked) {}

  /** The pages of a process, bounded in memory. */
  static final class Shared {
    private final Cache<Key, Body> pages;

    /**
     * @param bytes the most that the pages may weigh
     */
    Shared(long bytes) {
      this.pages =
          Caffeine.newBuilder()
              .maximumWeight(bytes)
              .weigher((Key key, Body page) -> 1_000 + page.weight())
              .build();
    }
  }

  PageCache(Shared shared) {
    this.pages = shared.pages;
  }

  /**
   * The page of an article as it stands now.
   *
   * @param site whose settings make something else of the same article
   * @param article just read
   * @param asked what is asked: equal questions have one answer
   * @param make makes the page, and says of which moment it is; never an earlier one than now
   */
  Future<Body> page(Site site, Article article, Record asked, Supplier<Future<Made>> make) {
    // Its state may change by the passing of time alone.
    long settings = 2 * site.version() + (site.stateOf(article) == article.state() ? 0 : 1);
    var key = new Key(article.ref(), article.position(), article.version(), settings, asked);
    var cached = pages.getIfPresent(key);
    if (cached != null) {
      return Future.succeededFuture(cached);
    }
    var present = making.get(key);
    if (present != null) {
      return present;
    }
    var page =
        make.get()
            .map(
                made -> {
                  var at = made.article();
                  pages.put(
                      new Key(at.ref(), at.position(), at.version(), settings, asked), made.body());
                  return made.body();
                });
    making.put(key, page);
    return page.onComplete(done -> making.remove(key));
  }

  /**
   * A page that was just made.
   *
   * @param article as it was when the page was read
   */
  record Made(Article article, Body body) {}
}
