package dev.afterword.identity;

import dev.afterword.http.Answer;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller.Role;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** Speaks HTTP for what a site decides: all staff may read it, owners change it. */
public final class SettingsRoutes {
  private final SiteSettings settings;

  /** The routes of one event loop. */
  public SettingsRoutes(SiteStore store, Journal journal) {
    this.settings = new SiteSettings(store, journal);
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .get("/api/v1/:site/admin/settings", "getSettings", this::read)
        .put("/api/v1/:site/admin/settings", "changeSettings", this::change);
  }

  private Future<Answer> read(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    return settings
        .shown(Sites.of(ctx))
        .map(shown -> Answer.json(200, shown).caching(Answer.PRIVATE));
  }

  private Future<Answer> change(RoutingContext ctx) {
    var owner = Callers.staff(ctx, Role.OWNER);
    var once = IdempotencyKey.once(ctx.request(), RouteTable.body(ctx), owner.id());
    return settings
        .change(Sites.of(ctx), owner, RouteTable.body(ctx), once)
        .map(changed -> Answer.json(200, changed).caching(Answer.PRIVATE));
  }
}
