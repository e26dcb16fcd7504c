package dev.afterword.moderation;

import dev.afterword.article.ArticleStore;
import dev.afterword.http.Answer;
import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.Problem;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Journal;
import dev.afterword.identity.Sites;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** Speaks HTTP for what staff say of articles. */
public final class ArticleRoutes {
  private final ArticleChanges changes;

  /** The routes of one event loop. */
  public ArticleRoutes(RedisLink link, ArticleStore articles, Journal journal) {
    this.changes = new ArticleChanges(new ArticleChangeStore(link), articles, journal);
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table.patch("/api/v1/:site/admin/article", "changeArticle", this::change);
  }

  private Future<Answer> change(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.MODERATOR);
    var site = Sites.of(ctx);
    var body = RouteTable.body(ctx);
    var once = IdempotencyKey.once(ctx.request(), body, staff.id());
    return changes
        .change(site, staff, site.article(ctx), fields(body), once)
        .map(
            changed ->
                Answer.json(
                        200,
                        ArticleChanges.json(site, changed.article())
                            .put("verdict", changed.verdict()))
                    .caching(Answer.PRIVATE));
  }

  /** What a body says, as it is kept; an empty text takes something away. */
  private static Map<String, String> fields(JsonObject body) {
    var fields = new LinkedHashMap<String, String>();
    if (body.containsKey("title")) {
      fields.put("title", line(body, "title"));
    }
    if (body.containsKey("url")) {
      fields.put("url", url(line(body, "url")));
    }
    if (body.containsKey("state")) {
      var state = body.getString("state");
      fields.put("state", state.equals("open") ? "" : state);
    }
    if (body.containsKey("moderation")) {
      fields.put("moderation", line(body, "moderation"));
    }
    if (body.containsKey("baselineViews")) {
      long baseline = body.getLong("baselineViews");
      fields.put("baselineViews", baseline == 0 ? "" : Long.toString(baseline));
    }
    return fields;
  }

  private static String line(JsonObject body, String name) {
    var text = body.getString(name);
    return text == null ? "" : CleanText.line(text);
  }

  private static String url(String url) {
    if (!url.isEmpty() && !url.startsWith("https://") && !url.startsWith("http://")) {
      throw Problem.invalid(Fault.at("#/url", "Must begin with https:// or http://."));
    }
    return url;
  }
}
