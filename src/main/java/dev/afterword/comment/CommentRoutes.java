package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.Finder.Found;
import dev.afterword.comment.Posting.Posted;
import dev.afterword.comment.Posting.Reason;
import dev.afterword.comment.Posting.Refused;
import dev.afterword.http.Answer;
import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Journal;
import dev.afterword.identity.NameStore;
import dev.afterword.identity.NewArticles;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import dev.afterword.redis.DurableLink;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import dev.afterword.redis.Watermark;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP for writing comments. */
public final class CommentRoutes {
  private static final long CACHE_BYTES = 64L * 1024 * 1024;

  private final Comments comments;
  private final Edits edits;
  private final Changes changes;
  private final Renderer renderer;
  private final Guests guests;
  private final ThreadRoutes reading;
  private final MarkRoutes marking;
  private final LatestRoutes latest;
  private final PageRoutes page;
  private final CommentDesk desk;
  private final QueueReader queue;
  private final ArticleList commented;
  private final ErasureStore erasure;
  private final ExportStore exports;

  private CommentRoutes(
      Comments comments,
      Edits edits,
      Changes changes,
      Renderer renderer,
      Guests guests,
      ThreadRoutes reading,
      MarkRoutes marking,
      LatestRoutes latest,
      PageRoutes page,
      CommentDesk desk,
      QueueReader queue,
      ArticleList commented,
      ErasureStore erasure,
      ExportStore exports) {
    this.comments = comments;
    this.edits = edits;
    this.changes = changes;
    this.renderer = renderer;
    this.guests = guests;
    this.reading = reading;
    this.marking = marking;
    this.latest = latest;
    this.page = page;
    this.desk = desk;
    this.queue = queue;
    this.commented = commented;
    this.erasure = erasure;
    this.exports = exports;
  }

  /** What every event loop of a process shares of threads: the workers and the cached pages. */
  public static final class Shared {
    private final Renderer renderer;
    private final PageCache.Shared pages = new PageCache.Shared(CACHE_BYTES);
    private final Watermark watermark;
    private final StoreClock clock;

    /** Opens the workers; they end with their Vert.x. */
    public Shared(Vertx vertx, Watermark watermark, StoreClock clock) {
      this.renderer = new Renderer(vertx);
      this.watermark = watermark;
      this.clock = clock;
    }

    Renderer renderer() {
      return renderer;
    }
  }

  /**
   * The routes of one event loop.
   *
   * @param check what is looked at before a comment goes out
   * @param baseUrl what readers use, without a trailing slash
   */
  public static CommentRoutes in(
      Vertx vertx,
      RedisLink link,
      DurableLink durable,
      ArticleStore articles,
      Guests guests,
      Journal journal,
      Shared shared,
      Check check,
      Supplier<String> baseUrl) {
    var renderer = shared.renderer;
    var pages = new PageCache(shared.pages);
    var store = new CommentStore(link);
    var texts = new EditStore(link);
    var threads = new ThreadStore(link);
    var marks = new MarkStore(link);
    var forwards = new ForwardStore(vertx, link);
    var finder = new Finder(store, threads, articles, forwards);
    var states = new StateStore(link, store);
    var newArticles = new NewArticles(guests);
    var queues = new QueueStore(link);
    var corrections = new Corrections(journal, finder, texts);
    var edits =
        new Edits(
            finder, store, texts, states, renderer, shared.watermark, guests, corrections, check);
    var changes =
        new Changes(finder, states, marks, articles, newArticles, guests, queues, corrections);
    var comments =
        new Comments(
            new PostStore(vertx, link, durable, shared.clock),
            store,
            finder,
            forwards,
            guests,
            renderer,
            shared.watermark,
            newArticles,
            check,
            new NameStore(link));
    return new CommentRoutes(
        comments,
        edits,
        changes,
        renderer,
        guests,
        new ThreadRoutes(threads, texts, finder, articles, renderer, pages),
        new MarkRoutes(changes, marks, threads, store, articles, renderer, guests),
        new LatestRoutes(new LatestStore(link, store, articles), articles, renderer, baseUrl),
        new PageRoutes(comments, guests, threads, finder, articles, renderer, pages, baseUrl),
        new CommentDesk(link, store, states, forwards),
        new QueueReader(queues, store, articles, renderer),
        new ArticleList(queues, store, articles),
        new ErasureStore(link, store, states),
        new ExportStore(link, queues, store, texts, marks));
  }

  /** What moderators may do with comments. */
  public CommentDesk desk() {
    return desk;
  }

  /** The articles that have comments. */
  public ArticleList commented() {
    return commented;
  }

  /** What moderators look at. */
  public QueueReader queue() {
    return queue;
  }

  /** How an author goes from the threads. */
  public ErasureStore erasure() {
    return erasure;
  }

  /** Copies of what an author wrote and left. */
  public ExportStore exports() {
    return exports;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    reading.addTo(table);
    table
        .post("/api/v1/:site/comments", "postComment", CommentRoutes::withoutAuthor, this::post)
        .patch("/api/v1/:site/comments/:id", "editComment", this::edit)
        .delete("/api/v1/:site/comments/:id", "deleteComment", this::delete)
        .post("/api/v1/:site/preview", "preview", this::preview);
    marking.addTo(table);
    latest.addTo(table);
    page.addTo(table);
  }

  /** A thread as HTML for standing in another page. */
  public Future<Buffer> fragment(Site site, ArticleRef article) {
    return page.fragment(site, article);
  }

  private Future<Answer> edit(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var who = Callers.known(ctx);
    return edits
        .edit(
            site,
            who,
            guests.network(site, ctx.request()),
            ctx.pathParam("id"),
            text(RouteTable.body(ctx)))
        .map(
            edit ->
                Answer.json(200, edited(site, edit.found(), edit.verdict()))
                    .caching(Answer.PRIVATE));
  }

  private JsonObject edited(Site site, Found found, @Nullable String verdict) {
    var json = own(site, found.article(), found.shown());
    return verdict == null ? json : json.put("verdict", verdict);
  }

  private Future<Answer> delete(RoutingContext ctx) {
    return changes
        .delete(Sites.of(ctx), Callers.known(ctx), ctx.pathParam("id"))
        .map(deleted -> new Answer(204, null, List.of()).caching(Answer.PRIVATE));
  }

  /** As its author sees it, who sees what waits or was refused as well. */
  private JsonObject own(Site site, Article article, Shown shown) {
    var writer = new CommentJson(renderer, site, article.ref(), article.url(), true);
    return switch (shown.comment().state()) {
      case VISIBLE, DELETED -> writer.one(shown);
      case PENDING, REJECTED, SPAM, SHADOWED -> writer.own(shown.comment());
    };
  }

  private Future<Answer> post(RoutingContext ctx) {
    var site = Sites.of(ctx);
    return comments
        .post(draft(ctx, guests, RouteTable.body(ctx), IdempotencyKey.of(ctx.request())))
        .compose(
            posting ->
                posting instanceof Posted posted && posted.replayed()
                    // An older renderer may have made its HTML.
                    ? renderer.off(() -> answer(site, posting))
                    : Future.succeededFuture(answer(site, posting)));
  }

  /** Beside a token, what the body says of its author is not even looked at. */
  private static JsonObject withoutAuthor(RoutingContext ctx, JsonObject body) {
    if (!(Callers.of(ctx) instanceof Caller.Anonymous)) {
      body.remove("author");
    }
    return body;
  }

  /**
   * The draft that a request brings.
   *
   * @param body as the contract's {@code CommentDraft} has it
   * @param key what makes a retry a retry, or {@code null}
   * @throws Problem 422
   */
  static Draft draft(RoutingContext ctx, Guests guests, JsonObject body, @Nullable String key) {
    var site = Sites.of(ctx);
    var text = text(body);
    var parent = body.getString("parent");
    var parentId = parent == null ? null : CommentId.parse(parent).orElse(null);
    var ref = site.article(ctx);
    if (parent != null && parentId == null) {
      throw Problem.of(ProblemType.PARENT_UNKNOWN);
    }
    var author = body.getJsonObject("author");
    var name = author == null ? null : nameOf(author);
    var email = author == null ? null : author.getString("email");
    return new Draft(
        site,
        ref,
        site.own(ctx.queryParam("article").get(0)),
        text,
        parentId,
        name,
        email == null ? "" : email.strip(),
        Callers.of(ctx),
        guests.network(site, ctx.request()),
        form(body),
        key);
  }

  private static Submission.Form form(JsonObject body) {
    var trap = body.getString("trap");
    return new Submission.Form(trap != null && !trap.isEmpty(), body.getLong("openMs"));
  }

  private static String text(JsonObject body) {
    var text = body.getString("text");
    if (CleanText.showsNothing(text)) {
      throw Problem.invalid(Fault.at("#/text", "A comment needs some text."));
    }
    return text;
  }

  private static @Nullable String nameOf(JsonObject author) {
    var name = CleanText.line(author.getString("name", ""));
    return CleanText.showsNothing(name) ? null : name;
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
            .put("comment", own(site, article, comment))
            .put("position", article.position().toString());
    if (posted.token() != null) {
      json.put("token", posted.token());
    }
    var location = "/api/v1/" + site.name() + "/comments/" + comment.comment().id();
    int status = comment.comment().state() == State.PENDING ? 202 : 201;
    var answer = Answer.json(status, json).caching(Answer.PRIVATE).with("Location", location);
    if (posted.replayed()) {
      return answer.with("Idempotency-Replayed", "true");
    }
    var left = posted.left();
    return left == null
        ? answer
        : answer.with("RateLimit-Policy", left.policy()).with("RateLimit", left.field());
  }

  /** What a refusal is to a client. */
  static Problem problem(Reason reason) {
    return switch (reason) {
      case NAME_MISSING ->
          Problem.invalid(Fault.at("#/author/name", "Say who you are: 1 to 60 characters."));
      case NAME_TAKEN -> NameStore.taken("#/author/name");
      case TEXT_TOO_RICH -> Comments.tooRich();
      case PARENT_UNKNOWN -> Problem.of(ProblemType.PARENT_UNKNOWN);
      case READ_ONLY -> Problem.of(ProblemType.ARTICLE_READ_ONLY);
      case CLOSED -> Problem.of(ProblemType.ARTICLE_CLOSED);
      case KEY_REUSED -> Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED);
      case COMMENT_REFUSED -> Problem.of(ProblemType.COMMENT_REFUSED);
    };
  }

  private Future<Answer> preview(RoutingContext ctx) {
    return renderer
        .render(RouteTable.body(ctx).getString("text"), Map.of())
        .map(
            rendering -> {
              if (rendering instanceof Markup.Rendered rendered) {
                return Answer.json(200, new JsonObject().put("html", rendered.html()))
                    .caching(Answer.PRIVATE);
              }
              throw Comments.tooRich();
            });
  }
}
