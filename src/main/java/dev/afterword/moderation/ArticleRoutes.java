package dev.afterword.moderation;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.article.InvalidArticleKeyException;
import dev.afterword.comment.ArticleList;
import dev.afterword.comment.CommentDesk;
import dev.afterword.comment.HandoverStore;
import dev.afterword.comment.TransferStore;
import dev.afterword.http.Answer;
import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.Problem;
import dev.afterword.http.RouteTable;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Journal;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP for what staff say of articles. */
public final class ArticleRoutes {
  private static final int PAGE = 25;

  private final ArticleStore articles;
  private final ArticleList list;
  private final ArticleChanges changes;
  private final ArticleMoves moves;

  /** The routes of one event loop. */
  public ArticleRoutes(
      Vertx vertx,
      RedisLink link,
      ArticleStore articles,
      ArticleList list,
      CommentDesk desk,
      Journal journal,
      StoreClock clock) {
    this.articles = articles;
    this.list = list;
    this.changes = new ArticleChanges(new ArticleChangeStore(link), articles, journal);
    this.moves =
        new ArticleMoves(
            vertx,
            new ArticleMoveStore(link),
            new HandoverStore(link),
            articles,
            journal,
            new TransferStore(link),
            Jobs.over(vertx, link, desk, clock),
            clock);
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .get("/api/v1/:site/admin/articles", "listArticles", this::list)
        .patch("/api/v1/:site/admin/article", "changeArticle", this::change)
        .post("/api/v1/:site/admin/articles/move", "moveArticle", this::move);
  }

  private Future<Answer> list(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    var site = Sites.of(ctx);
    var after = parameter(ctx, "after");
    if (after != null && !ArticleList.isCursor(after)) {
      throw Problem.invalid(Fault.in("after", "Not a cursor of this list."));
    }
    var limit = parameter(ctx, "limit");
    return list.page(
            site, parameter(ctx, "q"), limit == null ? PAGE : Integer.parseInt(limit), after)
        .map(
            page -> {
              var all = new JsonArray();
              page.articles().forEach(article -> all.add(json(site, article)));
              return Answer.json(
                      200, new JsonObject().put("articles", all).put("next", page.next()))
                  .caching(Answer.PRIVATE);
            });
  }

  private static JsonObject json(Site site, Article article) {
    var created = article.created();
    return ArticleChanges.json(site, article)
        .put("comments", article.comments())
        .put("created", created == null ? null : Times.format(created));
  }

  private static @Nullable String parameter(RoutingContext ctx, String name) {
    var given = ctx.queryParam(name);
    return given.isEmpty() ? null : given.get(0);
  }

  private Future<Answer> change(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.MODERATOR);
    var site = Sites.of(ctx);
    var body = RouteTable.body(ctx);
    var once = IdempotencyKey.once(ctx.request(), body, staff.id());
    var named = site.article(ctx);
    var fields = fields(body);
    return articles
        .seenOf(named, site.uncovered(ctx.queryParam("article").get(0)))
        .compose(article -> changes.change(site, staff, article, fields, once))
        .map(
            changed ->
                Answer.json(
                        200,
                        ArticleChanges.json(site, changed.article())
                            .put("verdict", changed.verdict()))
                    .caching(Answer.PRIVATE));
  }

  private Future<Answer> move(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.MODERATOR);
    var site = Sites.of(ctx);
    var body = RouteTable.body(ctx);
    var from = key(body, "from", site::named);
    key(body, "to", site::own);
    var once = IdempotencyKey.once(ctx.request(), body, staff.id());
    // What an address meant before is what is brought to the key that it means now.
    return articles
        .seenOf(site.uncovered(body.getString("from")), from)
        .compose(article -> moves.move(site, staff, article, body.getString("to"), once))
        .map(
            moved ->
                Answer.json(moved.job() == null ? 200 : 202, ArticleMoves.json(site, moved))
                    .caching(Answer.PRIVATE));
  }

  private static ArticleRef key(
      JsonObject body, String name, Function<String, ArticleRef> meaning) {
    try {
      return meaning.apply(body.getString(name));
    } catch (InvalidArticleKeyException e) {
      throw Problem.invalid(Fault.at("#/" + name, String.valueOf(e.getMessage())));
    }
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
