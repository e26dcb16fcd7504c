package dev.afterword.identity;

import dev.afterword.http.Answer;
import dev.afterword.http.CleanText;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Guests.Asker;
import dev.afterword.identity.Guests.NewGuest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Speaks HTTP for identities: becoming a guest, and who a member of staff is. */
public final class IdentityRoutes {
  private static final String NAMELESS = "Guest";

  private final Guests guests;
  private final NameStore names;

  /** The routes of one event loop. */
  public IdentityRoutes(Guests guests, NameStore names) {
    this.guests = guests;
    this.names = names;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .postMaybe("/api/v1/:site/guests", "createGuest", this::become)
        .get("/api/v1/:site/admin/me", "adminMe", this::whoAmI);
  }

  private Future<Answer> become(RoutingContext ctx) {
    var site = Sites.of(ctx);
    if (!site.rules().guests()) {
      throw Callers.tokenRequired();
    }
    var given = RouteTable.body(ctx).getString("name");
    var line = given == null ? "" : CleanText.line(given);
    var name = CleanText.showsNothing(line) ? NAMELESS : line;
    var id = guests.newId(site);
    var network = guests.network(site, ctx.request());
    return names
        .isTaken(site, name)
        .compose(
            taken ->
                taken && !name.equals(NAMELESS)
                    ? Future.failedFuture(NameStore.taken("#/name"))
                    : guests.admit(
                        site,
                        new Asker("", network, false),
                        List.of(Limit.GUESTS.of(network)),
                        new NewGuest(id, name, "")))
        .map(
            admitted ->
                Answer.json(
                        201,
                        new JsonObject()
                            .put("author", AuthorJson.of(id, name, "guest"))
                            .put("token", guests.token(site, id)))
                    .caching(Answer.PRIVATE));
  }

  private Future<Answer> whoAmI(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.VIEWER);
    return Future.succeededFuture(
        Answer.json(
                200,
                new JsonObject()
                    .put("name", staff.name())
                    .put("role", staff.role().word())
                    .put("sites", new JsonArray().add(Sites.of(ctx).name())))
            .caching(Answer.PRIVATE));
  }
}
