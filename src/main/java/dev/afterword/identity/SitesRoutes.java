package dev.afterword.identity;

import dev.afterword.http.Answer;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.Problem;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.TreeMap;

/**
 * Speaks HTTP for the sites of this server. These paths name no site, so that there are gates of
 * their own: only staff tokens are known here, and only this server's own pages may ask.
 */
public final class SitesRoutes {
  private static final String PATH = "/api/v1/sites";
  private static final String STAFF_OF = "staff-of";

  private final SiteStore store;
  private final StaffStore staff;
  private final NewSites sites;

  /** The routes of one event loop. */
  public SitesRoutes(SiteStore store, StaffStore staff, NewSites sites) {
    this.store = store;
    this.staff = staff;
    this.sites = sites;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table.get(PATH, "listSites", this::list).post(PATH, "addSite", this::add);
  }

  /** A gate: refuses what changes something for any page but this server's own. */
  public Future<Void> refuseForeign(RoutingContext ctx) {
    return Origins.refuseForeign(ctx, store.ownOrigins(""));
  }

  /** A gate: finds out of which sites somebody is staff; an owner of all is one here. */
  public Future<Void> identify(RoutingContext ctx) {
    var token = Callers.bearer(ctx);
    if (token == null) {
      Callers.admit(ctx, Caller.ANONYMOUS);
      return Future.succeededFuture();
    }
    if (!StaffStore.isStaffToken(token)) {
      return Future.failedFuture(Callers.invalid());
    }
    return staff
        .everywhere(token)
        .compose(
            owner ->
                store
                    .names()
                    .compose(
                        names ->
                            owner.isPresent()
                                ? Future.succeededFuture(all(names, owner.get()))
                                : staff.ofSites(names, token))
                    .map(
                        found -> {
                          if (found.isEmpty() && owner.isEmpty()) {
                            throw Callers.invalid();
                          }
                          ctx.put(STAFF_OF, found);
                          return Callers.admit(
                              ctx, owner.orElseGet(() -> seer(found.values().iterator().next())));
                        }));
  }

  private static Map<String, Staff> all(Iterable<String> names, Staff owner) {
    var all = new TreeMap<String, Staff>();
    names.forEach(name -> all.put(name, owner));
    return all;
  }

  /** Who is an owner of some sites is none of the server. */
  private static Staff seer(Staff somewhere) {
    return new Staff(somewhere.id(), somewhere.name(), Role.VIEWER);
  }

  private Future<Answer> list(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    Map<String, Staff> found = ctx.get(STAFF_OF);
    var sites = new JsonArray();
    found.forEach(
        (name, who) ->
            sites.add(new JsonObject().put("site", name).put("role", who.role().word())));
    return Future.succeededFuture(
        Answer.json(200, new JsonObject().put("sites", sites)).caching(Answer.PRIVATE));
  }

  private Future<Answer> add(RoutingContext ctx) {
    var owner = Callers.staff(ctx, Role.OWNER);
    var body = RouteTable.body(ctx);
    var name = body.getString("name");
    if (!Sites.isNewName(name)) {
      throw Problem.invalid(Fault.at("#/name", "This name is taken by the server itself."));
    }
    var once = IdempotencyKey.once(ctx.request(), RouteTable.body(ctx), owner.id());
    return sites
        .add(owner, name, body, once)
        .map(
            settings ->
                Answer.json(201, settings)
                    .with("Location", "/api/v1/" + name + "/admin/settings")
                    .caching(Answer.PRIVATE));
  }
}
