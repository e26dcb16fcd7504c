package dev.afterword.view;

import dev.afterword.article.ArticleStore;
import dev.afterword.http.Answer;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Sites;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Speaks HTTP for engaged reading: a page's report, and what staff see of all of them. */
public final class EngagementRoutes {
  private final Engagement engagement;
  private final ArticleStore articles;
  private final Guests guests;

  private EngagementRoutes(Engagement engagement, ArticleStore articles, Guests guests) {
    this.engagement = engagement;
    this.articles = articles;
    this.guests = guests;
  }

  /**
   * The routes of one event loop.
   *
   * @param guests who know the network of a request
   * @param shared with the other event loops
   */
  public static EngagementRoutes in(
      RedisLink link, ArticleStore articles, Guests guests, ViewRoutes.Shared shared) {
    var engagement = new Engagement(new EngagementStore(link), shared.reports);
    return new EngagementRoutes(engagement, articles, guests);
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .postNamed("/api/v1/:site/engagement", "reportReading", this::report)
        // Unchecked: who asks comes before what is asked.
        .getUnchecked("/api/v1/:site/engagement", "getEngagement", this::read);
  }

  private Future<Answer> report(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var article = site.article(ctx);
    var query = ctx.queryParams();
    return engagement
        .report(
            article,
            guests.network(site, ctx.request()),
            Integer.parseInt(query.get("seconds")),
            Integer.parseInt(query.get("depth")))
        .map(reported -> new Answer(204, null, List.of()).caching(Answer.PRIVATE));
  }

  private Future<Answer> read(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    // The reads are found by the article's number alone, so that is looked at first.
    return articles
        .read(Sites.of(ctx).article(ctx))
        .compose(article -> engagement.of(article.ref()))
        .map(reads -> Answer.json(200, json(reads)).caching(Answer.PRIVATE));
  }

  private static JsonObject json(Reads reads) {
    var median = reads.times().median();
    return new JsonObject()
        .put("reads", reads.times().reads())
        .put("finished", reads.finished())
        .put("medianSeconds", median.isPresent() ? median.getAsLong() : null);
  }
}
