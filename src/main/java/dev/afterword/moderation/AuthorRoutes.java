package dev.afterword.moderation;

import dev.afterword.comment.ErasureStore;
import dev.afterword.comment.ExportStore;
import dev.afterword.http.Answer;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.AuthorStore;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Journal;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP for copies of what a site has of an author, and for erasing it. */
public final class AuthorRoutes {
  private static final String MINE = "/api/v1/:site/me/data";
  private static final String THEIRS = "/api/v1/:site/admin/authors/:author/data";

  private final AuthorData data;

  /** The routes of one event loop. */
  public AuthorRoutes(
      Vertx vertx, RedisLink link, ExportStore exports, ErasureStore threads, Journal journal) {
    this.data = new AuthorData(vertx, link, exports, threads, journal);
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .get(MINE, "exportMe", this::exportMe)
        .delete(MINE, "eraseMe", this::eraseMe)
        .get(THEIRS, "exportAuthor", this::exportAuthor)
        .delete(THEIRS, "eraseAuthor", this::eraseAuthor);
  }

  private Future<Answer> exportMe(RoutingContext ctx) {
    var who = reader(ctx);
    return export(Sites.of(ctx), who.id(), who.name());
  }

  private Future<Answer> exportAuthor(RoutingContext ctx) {
    Callers.staff(ctx, Role.OWNER);
    return export(Sites.of(ctx), author(ctx), null);
  }

  private Future<Answer> export(Site site, String author, @Nullable String name) {
    return data.copy(site, author, name)
        .map(
            copy ->
                Answer.json(200, copy)
                    .caching(Answer.PRIVATE)
                    .with(
                        "Content-Disposition",
                        "attachment; filename=\"" + site.name() + '-' + author + ".json\""));
  }

  private Future<Answer> eraseMe(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var who = reader(ctx);
    return data.erase(site, who.id())
        .map(done -> new Answer(done ? 204 : 202, null, List.of()).caching(Answer.PRIVATE));
  }

  private Future<Answer> eraseAuthor(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.OWNER);
    var site = Sites.of(ctx);
    var author = author(ctx);
    var once = IdempotencyKey.once(ctx.request(), new JsonObject(), staff.id());
    return data.erase(site, staff, author, once)
        .map(
            erased ->
                Answer.json(
                        erased.done() ? 200 : 202,
                        new JsonObject().put("author", author).put("verdict", erased.entry()))
                    .caching(Answer.PRIVATE));
  }

  private static Known reader(RoutingContext ctx) {
    var who = Callers.known(ctx);
    if (who instanceof Staff) {
      throw Problem.of(
          ProblemType.ROLE_TOO_LOW, "That is for readers; an owner can revoke a staff token.");
    }
    return who;
  }

  private static String author(RoutingContext ctx) {
    var author = ctx.pathParam("author");
    if (!AuthorStore.isAuthor(author)) {
      throw Problem.invalid(Fault.in("author", "Only guests and members can be erased."));
    }
    return author;
  }
}
