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

/**
 * Finds comments by their ids alone, which lead to their articles, also by those that they had
 * before they were put into another one. Confined to one event loop.
 */
final class Finder {
  private final CommentStore store;
  private final ThreadStore threads;
  private final ArticleStore articles;
  private final ForwardStore forwards;

  Finder(CommentStore store, ThreadStore threads, ArticleStore articles, ForwardStore forwards) {
    this.store = store;
    this.threads = threads;
    this.articles = articles;
    this.forwards = forwards;
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
    return at(site, id)
        .compose(
            here ->
                here.isPresent()
                    ? Future.succeededFuture(here)
                    : forwards
                        .of(site, id)
                        .compose(
                            now ->
                                now.map(moved -> at(site, moved))
                                    .orElseGet(() -> Future.succeededFuture(here))))
        .map(found -> found.orElseThrow(Finder::unknown));
  }

  private Future<Optional<Found>> at(Site site, CommentId id) {
    return store
        .articleOf(site, id)
        .compose(
            ref ->
                ref.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : Future.all(articles.read(ref.get()), threads.one(ref.get(), id))
                        .map(
                            both -> {
                              Optional<Shown> shown = both.resultAt(1);
                              return shown.map(each -> new Found(both.resultAt(0), each));
                            }));
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
