package dev.afterword.moderation;

import dev.afterword.comment.CommentDesk;
import dev.afterword.http.Answer;
import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.Problem;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.AuthorStore;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Journal;
import dev.afterword.identity.Sites;
import dev.afterword.moderation.Bans.Call;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP for keeping authors from writing, and for removing what they wrote. */
public final class BanRoutes {
  private static final String PATH = "/api/v1/:site/admin/bans";

  private final Bans bans;
  private final Jobs jobs;

  /** The routes of one event loop. */
  public BanRoutes(
      Vertx vertx, RedisLink link, CommentDesk desk, Journal journal, StoreClock clock) {
    this.jobs = Jobs.over(vertx, link, desk, clock);
    this.bans = new Bans(new BanStore(link), journal, desk, jobs, Clock.systemUTC());
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .get(PATH, "listBans", this::list)
        .get(PATH + "/:author", "getBan", this::one)
        .put(PATH + "/:author", "ban", this::ban)
        .delete(PATH + "/:author", "unban", this::unban)
        .get("/api/v1/:site/admin/jobs/:job", "getJob", this::job);
  }

  private Future<Answer> list(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    return bans.list(Sites.of(ctx)).map(list -> Answer.json(200, list).caching(Answer.PRIVATE));
  }

  private Future<Answer> one(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    return bans.one(Sites.of(ctx), ctx.pathParam("author"))
        .map(ban -> Answer.json(200, ban).caching(Answer.PRIVATE));
  }

  private Future<Answer> ban(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.MODERATOR);
    var body = RouteTable.body(ctx);
    var author = ctx.pathParam("author");
    if (!AuthorStore.isAuthor(author)) {
      throw Problem.invalid(Fault.in("author", "Only guests and members can be banned."));
    }
    var reason = body.getString("reason");
    return bans.ban(
            Sites.of(ctx),
            staff,
            author,
            new Call(
                until(body.getString("until")),
                reason == null ? "" : CleanText.line(reason),
                body.getBoolean("network", false),
                body.getBoolean("shadow", false),
                body.getBoolean("removeComments", false)),
            IdempotencyKey.once(ctx.request(), body, staff.id()))
        .map(ban -> Answer.json(ban.containsKey("job") ? 202 : 200, ban).caching(Answer.PRIVATE));
  }

  private static @Nullable Instant until(@Nullable String given) {
    try {
      return given == null ? null : Instant.parse(given);
    } catch (DateTimeParseException e) {
      throw Bans.mustEndLater();
    }
  }

  private Future<Answer> unban(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.MODERATOR);
    var once = IdempotencyKey.once(ctx.request(), new JsonObject(), staff.id());
    return bans.unban(Sites.of(ctx), staff, ctx.pathParam("author"), once)
        .map(ended -> Answer.json(200, ended).caching(Answer.PRIVATE));
  }

  private Future<Answer> job(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    return jobs.job(Sites.of(ctx), ctx.pathParam("job"))
        .map(job -> Answer.json(200, job).caching(Answer.PRIVATE));
  }
}
