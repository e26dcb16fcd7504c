package dev.afterword.moderation;

import dev.afterword.article.ArticleStore;
import dev.afterword.comment.CommentDesk;
import dev.afterword.comment.Queue;
import dev.afterword.comment.QueueReader;
import dev.afterword.comment.QueueReader.Query;
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
import dev.afterword.live.StaffFeed;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP for what moderators look at and decide. */
public final class ModerationRoutes {
  private static final int PAGE = 25;

  private final ArticleStore articles;
  private final QueueReader queue;
  private final Verdicts verdicts;

  /** The routes of one event loop. */
  public ModerationRoutes(
      ArticleStore articles, CommentDesk desk, QueueReader queue, Journal journal, StaffFeed feed) {
    this.articles = articles;
    this.queue = queue;
    this.verdicts = new Verdicts(desk, journal, feed);
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .get("/api/v1/:site/admin/queue", "queue", this::queue)
        .post("/api/v1/:site/admin/verdicts", "decide", this::decide);
  }

  private Future<Answer> queue(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    var site = Sites.of(ctx);
    var query = query(ctx);
    return Future.all(found(ctx, query).compose(it -> queue.page(site, it)), queue.counts(site))
        .map(
            both -> {
              JsonObject page = both.resultAt(0);
              JsonObject counts = both.resultAt(1);
              return Answer.json(200, page.put("counts", counts)).caching(Answer.PRIVATE);
            });
  }

  /** With the article that was meant before an origin covered its address, if need be. */
  private Future<Query> found(RoutingContext ctx, Query query) {
    var named = query.article();
    return named == null
        ? Future.succeededFuture(query)
        : articles
            .seenOf(named, Sites.of(ctx).uncovered(ctx.queryParam("article").get(0)))
            .map(query::on);
  }

  private static Query query(RoutingContext ctx) {
    var state = parameter(ctx, "state");
    var after = parameter(ctx, "after");
    if (after != null && !QueueReader.isCursor(after)) {
      throw Problem.invalid(Fault.in("after", "Not a cursor of this list."));
    }
    var limit = parameter(ctx, "limit");
    var article = parameter(ctx, "article");
    return new Query(
        state == null
            ? Queue.PENDING
            : state.equals("all") ? null : Queue.valueOf(state.toUpperCase(Locale.ROOT)),
        article == null ? null : Sites.of(ctx).article(article),
        parameter(ctx, "author"),
        parameter(ctx, "q"),
        time(ctx, "from"),
        time(ctx, "to"),
        limit == null ? PAGE : Integer.parseInt(limit),
        after);
  }

  private static @Nullable String parameter(RoutingContext ctx, String name) {
    var given = ctx.queryParam(name);
    return given.isEmpty() ? null : given.get(0);
  }

  private static @Nullable Instant time(RoutingContext ctx, String name) {
    var given = parameter(ctx, name);
    try {
      return given == null ? null : Instant.parse(given);
    } catch (DateTimeParseException e) {
      throw Problem.invalid(Fault.in(name, "Must be a time such as 2026-11-24T18:00:00Z."));
    }
  }

  /** With nothing for {@code null}. */
  private static Map<String, String> texts(@Nullable JsonObject json) {
    var texts = new HashMap<String, String>();
    if (json != null) {
      json.forEach(each -> texts.put(each.getKey(), Objects.toString(each.getValue(), "")));
    }
    return texts;
  }

  private Future<Answer> decide(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.MODERATOR);
    var body = RouteTable.body(ctx);
    var reason = body.getString("reason");
    var call =
        new Verdicts.Call(
            Verdict.of(body.getString("verdict")).orElseThrow(),
            body.getJsonArray("ids", new JsonArray()).stream()
                .map(String::valueOf)
                .distinct()
                .toList(),
            reason == null ? "" : CleanText.line(reason),
            texts(body.getJsonObject("expect")),
            texts(body.getJsonObject("seen")),
            IdempotencyKey.once(ctx.request(), body, staff.id()));
    return verdicts
        .decide(Sites.of(ctx), staff, call)
        .map(decided -> Answer.json(200, decided).caching(Answer.PRIVATE));
  }
}
