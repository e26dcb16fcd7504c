package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.comment.Posting.Posted;
import dev.afterword.comment.Posting.Reason;
import dev.afterword.comment.Posting.Refused;
import dev.afterword.http.Answer;
import dev.afterword.http.Body;
import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Guests.Limit;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP for threads: reading a page of one, and adding to it. */
public final class CommentRoutes {
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,64}");
  private static final Pattern QUOTED = Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*)\"");
  private static final int TEXT_MAX = 10_000;
  private static final long CACHE_BYTES = 64L * 1024 * 1024;

  private final Comments comments;
  private final CommentStore store;
  private final ThreadStore threads;
  private final ArticleStore articles;
  private final Renderer renderer;
  private final PageCache pages;
  private final Guests guests;

  private CommentRoutes(
      Comments comments,
      CommentStore store,
      ThreadStore threads,
      ArticleStore articles,
      Renderer renderer,
      PageCache pages,
      Guests guests) {
    this.comments = comments;
    this.store = store;
    this.threads = threads;
    this.articles = articles;
    this.renderer = renderer;
    this.pages = pages;
    this.guests = guests;
  }

  /** What every event loop of a process shares of threads: the workers and the cached pages. */
  public static final class Shared {
    private final Renderer renderer;
    private final PageCache.Shared pages = new PageCache.Shared(CACHE_BYTES);

    /** Opens the workers; they end with their Vert.x. */
    public Shared(Vertx vertx) {
      this.renderer = new Renderer(vertx);
    }

    Renderer renderer() {
      return renderer;
    }
  }

  /** The routes of one event loop. */
  public static CommentRoutes in(
      Vertx vertx, RedisLink link, ArticleStore articles, Guests guests, Shared shared) {
    var renderer = shared.renderer;
    var pages = new PageCache(shared.pages);
    var store = new CommentStore(vertx, link);
    var threads = new ThreadStore(link);
    var comments = new Comments(store, threads, articles, guests, renderer);
    return new CommentRoutes(comments, store, threads, articles, renderer, pages, guests);
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .getUnchecked("/api/v1/:site/comments", "listComments", this::list)
        .post("/api/v1/:site/comments", "postComment", CommentRoutes::withoutAuthor, this::post)
        .get("/api/v1/:site/comments/:id", "getComment", this::one)
        .get("/api/v1/:site/comments/:id/replies", "listReplies", this::replies)
        .post("/api/v1/:site/preview", "preview", this::preview);
  }

  private Future<Answer> list(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var query = ListParameters.read(ctx.queryParams(), Sort.NEWEST);
    var ref = site.article(ctx);
    return articles
        .read(ref)
        .compose(
            article ->
                pages.page(
                    article,
                    site.version(),
                    query,
                    () ->
                        threads
                            .roots(ref, query)
                            .compose(page -> made(site, ref, query, page, true))))
        .map(body -> Answer.of(200, body).caching(Answer.REVALIDATE));
  }

  /** Encoding five hundred comments takes milliseconds: not the event loop's. */
  private Future<PageCache.Made> made(
      Site site, ArticleRef ref, ListQuery query, Page page, boolean withInfo) {
    return renderer.off(
        () -> {
          var article = page.article();
          var json =
              new JsonObject()
                  .put("article", ref.key().value())
                  .put("position", article.position().toString())
                  .put("version", article.version())
                  .put("sort", query.sort().word())
                  .put("total", withInfo ? article.comments() : page.total());
          if (withInfo) {
            json.put("info", info(article)).put("site", about(site));
          }
          boolean closed = article.state() == Article.State.CLOSED;
          var writer = new CommentJson(renderer, site, ref, article.url(), query.text());
          json.put("comments", closed ? new JsonArray() : writer.list(page.comments()));
          var next = page.next();
          json.put("next", closed || next == null ? null : next.text());
          return new PageCache.Made(article, Body.shared(Body.JSON, json.toBuffer()));
        });
  }

  private static JsonObject info(Article article) {
    var created = article.created();
    return new JsonObject()
        .put("title", article.title())
        .put("url", article.url())
        .put("state", article.state().word())
        .put("moderation", "post")
        .put("comments", article.comments())
        .put("reactions", new JsonObject())
        .put("created", created == null ? null : Times.format(created));
  }

  private static JsonObject about(Site site) {
    return new JsonObject()
        .put("name", site.name())
        .put("reactions", new JsonArray())
        .put("guests", "name")
        .put("sso", false)
        .put("textMax", TEXT_MAX)
        .put("editSeconds", site.editWindow().toSeconds())
        .put("reportReasons", new JsonArray());
  }

  private Future<Answer> one(RoutingContext ctx) {
    var site = Sites.of(ctx);
    return comment(site, ctx.pathParam("id"))
        .map(
            found ->
                Answer.of(
                        200,
                        Body.shared(Body.JSON, json(site, found.article, found.shown).toBuffer()))
                    .caching(Answer.REVALIDATE));
  }

  private Future<Answer> replies(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var query = ListParameters.read(ctx.queryParams(), Sort.OLDEST);
    return comment(site, ctx.pathParam("id"))
        .compose(
            found -> {
              var ref = found.article.ref();
              return threads
                  .replies(ref, found.shown.comment(), query)
                  .compose(page -> made(site, ref, query, page, false));
            })
        .map(made -> Answer.of(200, made.body()).caching(Answer.REVALIDATE));
  }

  /** A comment that was found by its id alone, and its article. */
  private record Found(Article article, Shown shown) {}

  private Future<Found> comment(Site site, String text) {
    var id = CommentId.parse(text).orElseThrow(() -> Problem.of(ProblemType.COMMENT_UNKNOWN));
    return store
        .articleOf(site, id)
        .map(ref -> ref.orElseThrow(() -> Problem.of(ProblemType.COMMENT_UNKNOWN)))
        .compose(
            ref ->
                Future.all(articles.read(ref), threads.one(ref, id))
                    .map(
                        both -> {
                          Article article = both.resultAt(0);
                          Optional<Shown> shown = both.resultAt(1);
                          if (article.state() == Article.State.CLOSED || shown.isEmpty()) {
                            throw Problem.of(ProblemType.COMMENT_UNKNOWN);
                          }
                          return new Found(article, shown.get());
                        }));
  }

  private JsonObject json(Site site, Article article, Shown shown) {
    return new CommentJson(renderer, site, article.ref(), article.url(), true).one(shown);
  }

  private Future<Answer> post(RoutingContext ctx) {
    var site = Sites.of(ctx);
    return comments.post(draft(ctx, site)).map(posting -> answer(site, posting));
  }

  /** Beside a token, what the body says of its author is not even looked at. */
  private static JsonObject withoutAuthor(RoutingContext ctx, JsonObject body) {
    if (!(Callers.of(ctx) instanceof Caller.Anonymous)) {
      body.remove("author");
    }
    return body;
  }

  private Draft draft(RoutingContext ctx, Site site) {
    var body = RouteTable.body(ctx);
    var text = body.getString("text");
    if (CleanText.showsNothing(text)) {
      throw Problem.invalid(Fault.at("#/text", "A comment needs some text."));
    }
    var parent = body.getString("parent");
    var parentId = parent == null ? null : CommentId.parse(parent).orElse(null);
    var ref = site.article(ctx);
    if (parent != null && (parentId == null || !parent.startsWith(ref.id()))) {
      throw Problem.of(ProblemType.PARENT_UNKNOWN);
    }
    var author = body.getJsonObject("author");
    var name = author == null ? null : nameOf(author);
    var email = author == null ? null : author.getString("email");
    return new Draft(
        site,
        ref,
        text,
        parentId,
        name,
        email == null ? "" : email.strip(),
        Callers.of(ctx),
        guests.network(site, ctx.request()),
        idempotencyKey(ctx));
  }

  private static @Nullable String nameOf(JsonObject author) {
    var name = CleanText.line(author.getString("name", ""));
    return CleanText.showsNothing(name) ? null : name;
  }

  /** A quoted string (RFC 8941, 3.3.3) and its bare content are the same key. */
  private static @Nullable String idempotencyKey(RoutingContext ctx) {
    var given = ctx.request().headers().getAll("Idempotency-Key");
    if (given.isEmpty()) {
      return null;
    }
    var quoted = QUOTED.matcher(given.get(0));
    var key = quoted.matches() ? quoted.group(1).replaceAll("\\\\(.)", "$1") : given.get(0);
    if (given.size() > 1 || !VISIBLE_ASCII.matcher(key).matches()) {
      throw Problem.invalid(
          Fault.in("Idempotency-Key", "One key of 1 to 64 visible ASCII characters."));
    }
    return key;
  }

  private Answer answer(Site site, Posting posting) {
    if (posting instanceof Refused refused) {
      throw problem(refused.reason());
    }
    var posted = (Posted) posting;
    var article = posted.article();
    var comment = posted.comment();
    var json =
        new JsonObject()
            .put("comment", json(site, article, comment))
            .put("position", article.position().toString());
    if (posted.token() != null) {
      json.put("token", posted.token());
    }
    var location = "/api/v1/" + site.name() + "/comments/" + comment.comment().id();
    var answer = Answer.json(201, json).caching(Answer.PRIVATE).with("Location", location);
    if (posted.replayed()) {
      return answer.with("Idempotency-Replayed", "true");
    }
    var rate = posted.rate();
    return rate == null
        ? answer
        : answer.with("RateLimit-Policy", Guests.policy(Limit.COMMENTS)).with("RateLimit", rate);
  }

  private static Problem problem(Reason reason) {
    return switch (reason) {
      case NAME_MISSING ->
          Problem.invalid(Fault.at("#/author/name", "Say who you are: 1 to 60 characters."));
      case TEXT_TOO_RICH ->
          Problem.invalid(Fault.at("#/text", "That comment has too much markup in it."));
      case PARENT_UNKNOWN -> Problem.of(ProblemType.PARENT_UNKNOWN);
      case READ_ONLY -> Problem.of(ProblemType.ARTICLE_READ_ONLY);
      case CLOSED -> Problem.of(ProblemType.ARTICLE_CLOSED);
      case KEY_REUSED -> Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED);
      case ARTICLE_NOT_ALLOWED -> Problem.of(ProblemType.ARTICLE_NOT_ALLOWED);
    };
  }

  private Future<Answer> preview(RoutingContext ctx) {
    return renderer
        .render(RouteTable.body(ctx).getString("text"))
        .map(
            rendering -> {
              if (rendering instanceof Markup.Rendered rendered) {
                return Answer.json(200, new JsonObject().put("html", rendered.html()))
                    .caching(Answer.PRIVATE);
              }
              throw problem(Reason.TEXT_TOO_RICH);
            });
  }
}
