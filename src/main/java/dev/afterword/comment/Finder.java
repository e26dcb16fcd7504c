package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleStore;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Site;
import io.vertx.core.Future;
import java.util.Optional;

/** Finds comments by their ids alone, which lead to their articles. Confined to one event loop. */
final class Finder {
  private final CommentStore store;
  private final ThreadStore threads;
  private final ArticleStore articles;

  Finder(CommentStore store, ThreadStore threads, ArticleStore articles) {
    this.store = store;
    this.threads = threads;
    this.articles = articles;
  }

  /** A comment and its article, read in one moment or two. */
  record Found(Article article, Shown shown) {
    Comment comment() {
      return shown.comment();
    }
  }

  /** A comment in any state; fails with a {@link Problem} (404) when there is none. */
  Future<Found> any(Site site, String text) {
    var id = CommentId.parse(text).orElseThrow(Finder::unknown);
    return store
        .articleOf(site, id)
        .compose(
            ref ->
                ref.map(known -> Future.all(articles.read(known), threads.one(known, id)))
                    .orElseThrow(Finder::unknown))
        .map(
            both -> {
              Optional<Shown> shown = both.resultAt(1);
              return new Found(both.resultAt(0), shown.orElseThrow(Finder::unknown));
            });
  }

  /**
   * A comment that lists show, or would if it were not in the shadow of the one who asks; fails
   * with a {@link Problem} (404) when there is none.
   */
  Future<Found> listed(Site site, Caller caller, String text) {
    return any(site, text)
        .map(
            found -> {
              boolean own =
                  caller instanceof Known known && found.comment().isInShadowOf(known.id());
              if (found.article.state() == Article.State.CLOSED
                  || (!own && !found.shown.isListed())) {
                throw unknown();
              }
              return found;
            });
  }

  static Problem unknown() {
    return Problem.of(ProblemType.COMMENT_UNKNOWN);
  }
}
