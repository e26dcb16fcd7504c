package dev.afterword.identity;

import dev.afterword.article.ArticleRef;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import io.vertx.core.Future;
import java.util.List;

/**
 * Decides whether an article that nobody has seen may come into being: under the site's rule, and
 * not too many of them. Confined to one event loop.
 */
public final class NewArticles {
  private final Guests guests;

  /** Within the limits that are kept there. */
  public NewArticles(Guests guests) {
    this.guests = guests;
  }

  /**
   * Lets an article come into being.
   *
   * @param network who asks, as {@link Guests#network} names it
   * @return fails with a {@link Problem}: 422 when the site wants no such article, 429 when there
   *     were too many
   */
  public Future<Void> admit(Site site, ArticleRef article, String network) {
    check(site, article);
    var limits = List.of(Limit.ARTICLES.of(network), Limit.SITE_ARTICLES.of(site.name()));
    return guests.admit(site, Guests.Asker.ANYBODY, limits, null).mapEmpty();
  }

  /**
   * Looks at the site's rule alone.
   *
   * @throws Problem 422
   */
  public static void check(Site site, ArticleRef article) {
    if (!site.articles().allows(article.key())) {
      throw Problem.of(ProblemType.ARTICLE_NOT_ALLOWED);
    }
  }
}
