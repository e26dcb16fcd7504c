package dev.afterword.live;

import dev.afterword.http.Answer;
import dev.afterword.http.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import java.util.function.Supplier;

/** Speaks WebSocket to staff, who only listen. Who may is known before the upgrade. */
public final class StaffLiveRoutes {
  private final Vertx vertx;
  private final Sockets sockets;
  private final StaffFeed feed;
  private final Function<RoutingContext, Supplier<Future<?>>> stillStaff;

  /**
   * The route of one event loop.
   *
   * @param stillStaff asks again whether whoever sent a request is one of the staff; fails with a
   *     problem when not
   */
  public StaffLiveRoutes(
      Vertx vertx,
      Sockets sockets,
      StaffFeed feed,
      Function<RoutingContext, Supplier<Future<?>>> stillStaff) {
    this.vertx = vertx;
    this.sockets = sockets;
    this.feed = feed;
    this.stillStaff = stillStaff;
  }

  /** Adds the route to the table. */
  public void addTo(RouteTable table) {
    table.getUpgrade("/api/v1/:site/admin/live", "adminLive", this::open);
  }

  private Future<Answer> open(RoutingContext ctx) {
    var site = ctx.pathParam("site");
    var still = stillStaff.apply(ctx);
    return sockets.open(
        ctx.request(),
        (socket, webSocket) -> {
          feed.enter(site, socket);
          long timer = vertx.setPeriodic(Client.RECHECK_MS, id -> check(socket, still));
          return () -> {
            vertx.cancelTimer(timer);
            feed.exit(site, socket);
          };
        });
  }

  private static void check(Socket socket, Supplier<Future<?>> still) {
    still
        .get()
        .onFailure(
            failure -> {
              if (Client.isVoid(failure)) {
                socket.close(Follower.TOKEN_INVALID, "not of the staff any more");
              }
            });
  }
}
