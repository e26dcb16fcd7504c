package dev.afterword.identity;

import dev.afterword.http.Answer;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller.Role;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Speaks HTTP for the staff of a site: for its owners alone. */
public final class StaffRoutes {
  private static final String PATH = "/api/v1/:site/admin/staff";

  private final Team team;

  /** The routes of one event loop. */
  public StaffRoutes(StaffStore store, Journal journal) {
    this.team = new Team(store, journal);
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .get(PATH, "listStaff", this::list)
        .post(PATH, "addStaff", this::add)
        .delete(PATH + "/:id", "revokeStaff", this::revoke);
  }

  private Future<Answer> list(RoutingContext ctx) {
    Callers.staff(ctx, Role.OWNER);
    return team.list(Sites.of(ctx)).map(list -> Answer.json(200, list).caching(Answer.PRIVATE));
  }

  private Future<Answer> add(RoutingContext ctx) {
    var owner = Callers.staff(ctx, Role.OWNER);
    var once = IdempotencyKey.once(ctx.request(), RouteTable.body(ctx), owner.id());
    return team.add(Sites.of(ctx), owner, RouteTable.body(ctx), once)
        .map(added -> Answer.json(201, added).caching(Answer.PRIVATE));
  }

  private Future<Answer> revoke(RoutingContext ctx) {
    var owner = Callers.staff(ctx, Role.OWNER);
    var once = IdempotencyKey.once(ctx.request(), new JsonObject(), owner.id());
    return team.revoke(Sites.of(ctx), owner, ctx.pathParam("id"), once)
        .map(revoked -> Answer.json(200, revoked).caching(Answer.PRIVATE));
  }
}
