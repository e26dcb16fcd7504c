package dev.afterword.identity;

import dev.afterword.http.Answer;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Speaks HTTP for logging in to the admin page, and out. */
public final class SessionRoutes {
  private static final String PATH = "/api/v1/:site/admin/session";

  private final Sessions sessions;
  private final Guests guests;

  /** The routes of one event loop. */
  public SessionRoutes(Sessions sessions, Guests guests) {
    this.sessions = sessions;
    this.guests = guests;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table.post(PATH, "beginSession", this::begin).delete(PATH, "endSession", this::end);
  }

  private Future<Answer> begin(RoutingContext ctx) {
    if (ctx.request().headers().contains(HttpHeaders.ORIGIN)) {
      refuseForeign(ctx);
    }
    var site = Sites.of(ctx);
    return sessions
        .begin(site, guests.network(site, ctx.request()), RouteTable.body(ctx).getString("token"))
        .map(cookie -> answer(cookie.orElseThrow(Callers::invalid)));
  }

  private Future<Answer> end(RoutingContext ctx) {
    var site = Sites.of(ctx);
    if (sessions.isNamed(site, ctx.request())) {
      refuseForeign(ctx);
    }
    return sessions.end(site, ctx.request()).map(SessionRoutes::answer);
  }

  private static void refuseForeign(RoutingContext ctx) {
    if (!Origins.isOwn(ctx)) {
      throw Problem.of(ProblemType.ORIGIN_NOT_ALLOWED);
    }
  }

  private static Answer answer(String cookie) {
    return new Answer(204, null, List.of("Set-Cookie", cookie)).caching(Answer.PRIVATE);
  }
}
