package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.http.Answer;
import dev.afterword.http.Body;
import dev.afterword.http.RouteTable;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Supplier;

/** Speaks HTTP for reading threads. */
final class ThreadRoutes {
  static final int TEXT_MAX = 10_000;

  private final ThreadStore threads;
  private final EditStore edits;
  private final Finder finder;
  private final ArticleStore articles;
  private final Renderer renderer;
  private final PageCache pages;

  ThreadRoutes(
      ThreadStore threads,
      EditStore edits,
      Finder finder,
      ArticleStore articles,
      Renderer renderer,
      PageCache pages) {
    this.threads = threads;
    this.edits = edits;
    this.finder = finder;
    this.articles = articles;
    this.renderer = renderer;
    this.pages = pages;
  }

  void addTo(RouteTable table) {
    table
        .getUnchecked("/api/v1/:site/comments", "listComments", this::list)
        .get("/api/v1/:site/comments/:id", "getComment", this::one)
        .getUnchecked("/api/v1/:site/comments/:id/replies", "listReplies", this::replies)
        .get("/api/v1/:site/admin/comments/:id/revisions", "listRevisions", this::revisions);
  }

  private Future<Answer> list(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var query = ListParameters.read(ctx.queryParams(), Sort.NEWEST, null);
    var ref = site.article(ctx);
    return articles
        .read(ref)
        .compose(article -> page(site, article, query, () -> threads.roots(ref, query)));
  }

  private Future<Answer> replies(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var id = ctx.pathParam("id");
    var query = ListParameters.read(ctx.queryParams(), Sort.OLDEST, id);
    return finder
        .listed(site, Callers.of(ctx), id)
        .compose(
            found ->
                page(
                    site,
                    found.article(),
                    query,
                    () -> threads.replies(found.article().ref(), found.comment(), query)));
  }

  private Future<Answer> page(
      Site site, Article article, ListQuery query, Supplier<Future<Page>> read) {
    return pages
        .page(
            site,
            article,
            query,
            () -> read.get().compose(page -> made(site, article.ref(), query, page)))
        .map(body -> Answer.of(200, body).caching(Answer.REVALIDATE));
  }

  /** Encoding five hundred comments takes milliseconds: not the event loop's. */
  private Future<PageCache.Made> made(Site site, ArticleRef ref, ListQuery query, Page page) {
    return renderer.off(
        () -> {
          var article = page.article();
          boolean withInfo = query.parent() == null;
          var json =
              new JsonObject()
                  .put("article", ref.key().value())
                  .put("position", article.position().toString())
                  .put("version", article.version())
                  .put("sort", query.sort().word())
                  .put("total", withInfo ? article.comments() : page.total());
          if (withInfo) {
            json.put("info", info(site, article)).put("site", about(site));
          }
          boolean closed = article.state() == Article.State.CLOSED;
          var writer = new CommentJson(renderer, site, ref, article.url(), query.text());
          json.put("comments", closed ? new JsonArray() : writer.list(page.comments()));
          var next = page.next();
          json.put("next", closed || next == null ? null : next.text());
          return new PageCache.Made(article, Body.shared(Body.JSON, json.toBuffer()));
        });
  }

  private static JsonObject info(Site site, Article article) {
    var created = article.created();
    return new JsonObject()
        .put("title", article.title())
        .put("url", article.url())
        .put("state", site.stateOf(article).word())
        .put("moderation", site.moderationOf(article))
        .put("comments", article.comments())
        .put("reactions", site.reactionsOf(article.reactions()))
        .put("created", created == null ? null : Times.format(created));
  }

  /** As the contract of a report has them. */
  private static final List<String> REPORT_REASONS =
      List.of("spam", "abuse", "off-topic", "illegal", "other");

  private static JsonObject about(Site site) {
    return new JsonObject()
        .put("name", site.name())
        .put("reactions", new JsonArray(site.reactions()))
        .put("guests", site.rules().guests() ? "name" : "off")
        .put("sso", site.sso().isOn())
        .put("textMax", TEXT_MAX)
        .put("editSeconds", site.editWindow().toSeconds())
        .put("reportReasons", new JsonArray(REPORT_REASONS));
  }

  private Future<Answer> one(RoutingContext ctx) {
    var site = Sites.of(ctx);
    boolean context = ctx.queryParams().contains("context", "true", false);
    return finder
        .listed(site, Callers.of(ctx), ctx.pathParam("id"))
        .compose(
            found -> {
              var article = found.article();
              var writer = new CommentJson(renderer, site, article.ref(), article.url(), true);
              Future<List<Shown>> reading =
                  context
                      ? threads.ancestors(article.ref(), found.comment())
                      : Future.succeededFuture(List.of());
              // Off the event loop: an older renderer may have made the HTML that is kept.
              return reading.compose(
                  above ->
                      renderer.off(
                          () ->
                              context
                                  ? inContext(article, writer, found.shown(), above)
                                  : one(writer, found.shown())));
            })
        .map(
            json ->
                Answer.of(200, Body.shared(Body.JSON, json.toBuffer())).caching(Answer.REVALIDATE));
  }

  /** One in the shadow is found by its author alone. */
  private static JsonObject one(CommentJson writer, Shown shown) {
    return shown.comment().state() == Comment.State.SHADOWED && !shown.isListed()
        ? writer.own(shown.comment())
        : writer.one(shown);
  }

  private static JsonObject inContext(
      Article article, CommentJson writer, Shown comment, List<Shown> above) {
    return new JsonObject()
        .put("article", article.ref().key().value())
        .put("comment", one(writer, comment))
        .put("ancestors", writer.list(above));
  }

  private Future<Answer> revisions(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    return finder
        .any(Sites.of(ctx), ctx.pathParam("id"))
        .compose(found -> edits.revisions(found.article().ref(), found.comment().id()))
        .map(
            revisions -> {
              var list = new JsonArray();
              revisions.forEach(
                  each ->
                      list.add(
                          new JsonObject()
                              .put("since", Times.format(each.since()))
                              .put("text", each.body().text())
                              .put("verdict", each.verdict().isEmpty() ? null : each.verdict())));
              return Answer.json(200, new JsonObject().put("revisions", list))
                  .caching(Answer.PRIVATE);
            });
  }
}
