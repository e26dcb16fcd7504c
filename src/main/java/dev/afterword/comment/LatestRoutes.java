package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Finder.Found;
import dev.afterword.http.Answer;
import dev.afterword.http.Body;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP for the latest comments: as JSON, and as feeds. */
final class LatestRoutes {
  private static final int RECENT = 10;
  private static final int ENTRIES = 50;

  private final LatestStore latest;
  private final ArticleStore articles;
  private final Renderer renderer;
  private final Supplier<String> baseUrl;

  /**
   * @param baseUrl what readers use, without a trailing slash
   */
  LatestRoutes(
      LatestStore latest, ArticleStore articles, Renderer renderer, Supplier<String> baseUrl) {
    this.latest = latest;
    this.articles = articles;
    this.renderer = renderer;
    this.baseUrl = baseUrl;
  }

  void addTo(RouteTable table) {
    table
        .get("/api/v1/:site/recent", "listRecent", this::recent)
        .get("/api/v1/:site/feed.atom", "feed", this::feed);
  }

  private Future<Answer> recent(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var limit = ctx.queryParams().get("limit");
    return latest
        .of(site, limit == null ? RECENT : Integer.parseInt(limit))
        .compose(found -> renderer.off(() -> Body.shared(Body.JSON, json(site, found))))
        .map(body -> Answer.of(200, body).caching(Answer.REVALIDATE));
  }

  private Buffer json(Site site, List<Found> latest) {
    var comments = new JsonArray();
    for (var found : latest) {
      var article = found.article();
      var writer = new CommentJson(renderer, site, article.ref(), article.url(), false);
      comments.add(writer.alone(found.comment()));
    }
    return new JsonObject().put("comments", comments).toBuffer();
  }

  private Future<Answer> feed(RoutingContext ctx) {
    var site = Sites.of(ctx);
    if (ctx.queryParam("article").isEmpty()) {
      return latest.of(site, ENTRIES).compose(found -> feed(site, null, found));
    }
    return articles
        .read(site.article(ctx))
        .compose(
            article -> latest.of(article, ENTRIES).compose(found -> feed(site, article, found)));
  }

  private Future<Answer> feed(Site site, @Nullable Article article, List<Found> found) {
    var address = baseUrl.get() + "/api/v1/" + site.name() + "/feed.atom";
    var self =
        article == null
            ? address
            : address
                + "?article="
                + URLEncoder.encode(article.ref().key().value(), StandardCharsets.UTF_8);
    return renderer
        .off(
            () ->
                Body.shared(
                    AtomFeed.TYPE,
                    Buffer.buffer(AtomFeed.of(renderer, site, article, self, found))))
        .map(body -> Answer.of(200, body).caching(Answer.REVALIDATE));
  }
}
