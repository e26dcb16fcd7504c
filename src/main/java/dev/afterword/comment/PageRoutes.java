package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.comment.Finder.Found;
import dev.afterword.comment.Posting.Posted;
import dev.afterword.comment.Posting.Refused;
import dev.afterword.comment.ThreadPage.Asked;
import dev.afterword.comment.ThreadPage.Context;
import dev.afterword.http.Answer;
import dev.afterword.http.Answers;
import dev.afterword.http.Body;
import dev.afterword.http.Digest;
import dev.afterword.http.Problem;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP for the thread as a page without JavaScript, and for the form on it. */
final class PageRoutes {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
          + "base-uri 'none'; frame-ancestors 'none'";

  private static final int KEY_LENGTH = 43;

  private final Comments comments;
  private final Guests guests;
  private final ThreadStore threads;
  private final Finder finder;
  private final ArticleStore articles;
  private final Renderer renderer;
  private final PageCache pages;
  private final Supplier<String> baseUrl;

  /**
   * @param baseUrl what readers use, without a trailing slash
   */
  PageRoutes(
      Comments comments,
      Guests guests,
      ThreadStore threads,
      Finder finder,
      ArticleStore articles,
      Renderer renderer,
      PageCache pages,
      Supplier<String> baseUrl) {
    this.comments = comments;
    this.guests = guests;
    this.threads = threads;
    this.finder = finder;
    this.articles = articles;
    this.renderer = renderer;
    this.pages = pages;
    this.baseUrl = baseUrl;
  }

  void addTo(RouteTable table) {
    table
        .get("/thread/:site", "threadPage", this::page)
        .postForm("/thread/:site", "postFromPage", this::post, this::again);
  }

  private Future<Answer> page(RoutingContext ctx) {
    var site = Sites.of(ctx);
    return body(site, site.article(ctx), asked(ctx.queryParams())).map(PageRoutes::html);
  }

  /** A thread as HTML for standing in another page. */
  Future<Buffer> fragment(Site site, ArticleRef ref) {
    var asked = asked(MultiMap.caseInsensitiveMultiMap().add("fragment", "true"));
    return body(site, ref, asked).map(Body::plain);
  }

  private Future<Body> body(Site site, ArticleRef ref, Asked asked) {
    return articles
        .read(ref)
        .compose(article -> pages.page(site, article, asked, () -> made(site, ref, asked)));
  }

  private static Asked asked(MultiMap query) {
    var known = MultiMap.caseInsensitiveMultiMap();
    for (var name : List.of("sort", "after")) {
      known.add(name, query.getAll(name));
    }
    var comment = query.get("comment");
    return new Asked(
        ListParameters.read(known, comment == null ? Sort.NEWEST : Sort.OLDEST, comment),
        "true".equals(query.get("fragment")),
        query.contains("posted"),
        query.get("lang"));
  }

  private static Answer html(Body body) {
    return Answer.of(200, body).caching(Answer.REVALIDATE).with("Content-Security-Policy", POLICY);
  }

  private Future<PageCache.Made> made(Site site, ArticleRef ref, Asked asked) {
    var id = asked.list().parent();
    return id == null
        ? threads.roots(ref, asked.list()).compose(page -> written(site, asked, page, null))
        : found(site, ref, id)
            .compose(found -> threads.replies(ref, found.comment(), asked.list()))
            .compose(
                page ->
                    // After the page, so that it is no older than what it is kept under.
                    found(site, ref, id)
                        .compose(
                            found ->
                                threads
                                    .ancestors(ref, found.comment())
                                    .map(above -> new Context(found.shown(), above)))
                        .compose(context -> written(site, asked, page, context)));
  }

  private Future<Found> found(Site site, ArticleRef ref, String id) {
    return finder
        .listed(site, Caller.ANONYMOUS, id)
        .map(
            found -> {
              if (!found.article().ref().equals(ref)) {
                throw Finder.unknown();
              }
              return found;
            });
  }

  private Future<PageCache.Made> written(
      Site site, Asked asked, Page read, @Nullable Context context) {
    return renderer.off(
        () -> {
          var article = read.article();
          boolean closed = article.state() == Article.State.CLOSED;
          var page = closed ? new Page(article, 0, List.of(), null) : read;
          var text = ThreadPage.of(renderer, baseUrl.get(), site, asked, page, context);
          return new PageCache.Made(article, Body.shared(HTML, Buffer.buffer(text)));
        });
  }

  private Future<Answer> post(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var form = RouteTable.body(ctx);
    var key = keyOf(form, guests.network(site, ctx.request()));
    var language = ctx.queryParams().get("lang");
    return comments
        .post(CommentRoutes.draft(ctx, guests, draft(ctx, form), key))
        .map(
            posting -> {
              if (posting instanceof Posted posted) {
                return seeOther(site, posted, form, language);
              }
              throw CommentRoutes.problem(((Refused) posting).reason());
            });
  }

  /** As the contract's {@code CommentDraft} has it. */
  private static JsonObject draft(RoutingContext ctx, JsonObject form) {
    var parent = form.getString("parent", "");
    var draft =
        new JsonObject()
            .put("text", form.getString("text"))
            .put("parent", parent.isEmpty() ? null : parent)
            .put("trap", form.getString("trap"));
    return Callers.of(ctx) instanceof Caller.Anonymous
        ? draft.put("author", new JsonObject().put("name", form.getString("name", "")))
        : draft;
  }

  /**
   * The page is kept and shared, and its form's key with it: whoever sends the same text under the
   * same name from the same network, from the same state of the page, sends it again.
   */
  private static @Nullable String keyOf(JsonObject form, String network) {
    var key = form.getString("key");
    if (key == null) {
      return null;
    }
    var parts = new JsonArray().add(key).add(network);
    List.of("parent", "name", "text").forEach(name -> parts.add(form.getString(name, "")));
    return Digest.of(parts.encode(), KEY_LENGTH);
  }

  /** To where the comment is seen, or to where it is said that it waits. */
  private static Answer seeOther(
      Site site, Posted posted, JsonObject form, @Nullable String language) {
    var article = posted.article();
    var comment = posted.comment().comment();
    var links = new PageLinks("", site.name(), article.ref().key().value(), language);
    var page = form.containsKey("back") ? site.addressOf(article.ref(), article.url()) : null;
    var location =
        switch (comment.state()) {
          case VISIBLE ->
              page == null ? seenAt(links, comment) : CommentJson.urlOf(page, comment.id());
          case PENDING -> links.thread() + "&posted=pending";
          case DELETED, REJECTED, SPAM, SHADOWED -> links.thread();
        };
    return new Answer(303, null, List.of("Location", location)).caching(Answer.PRIVATE);
  }

  /** A reply may stand on any page of its list, so it has its own. */
  private static String seenAt(PageLinks links, Comment comment) {
    var page = comment.parent() == null ? links.thread() : links.comment(comment.id());
    return page + "#aw-" + comment.id();
  }

  /** Also for a site that could not be read, of which only the name is known. */
  private Answer again(RoutingContext ctx, Problem problem) {
    var query = ctx.queryParams();
    var site = URLEncoder.encode(ctx.pathParam("site"), StandardCharsets.UTF_8);
    var base = Answers.pathOf(baseUrl.get());
    var links = new PageLinks(base, site, query.get("article"), query.get("lang"));
    var form = new PageForm(links.thread(), RouteTable.body(ctx), problem);
    var text = ThreadPage.again(links, form);
    return Answer.of(problem.type().status(), Body.of(HTML, Buffer.buffer(text)))
        .with("Content-Security-Policy", POLICY);
  }
}
