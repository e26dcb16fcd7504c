package dev.afterword;

import dev.afterword.redis.RedisLink;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.function.BooleanSupplier;

/** What operators are answered: is it alive, is it ready, how is it doing. */
final class Operations {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry meters;
  private final RedisLink link;
  private final BooleanSupplier stopping;

  Operations(PrometheusMeterRegistry meters, RedisLink link, BooleanSupplier stopping) {
    this.meters = meters;
    this.link = link;
    this.stopping = stopping;
  }

  Router router(Vertx vertx) {
    var router = Router.router(vertx);
    router
        .route("/health/live")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .respond(ctx -> Future.succeededFuture(new JsonObject().put("status", "up")));
    router
        .route("/health/ready")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(
            ctx ->
                ready()
                    .onComplete(
                        (ready, failure) -> {
                          var up = failure == null;
                          ctx.response().setStatusCode(up ? 200 : 503);
                          ctx.json(new JsonObject().put("status", up ? "up" : "down"));
                        }));
    router
        .route("/metrics")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(
            ctx ->
                vertx
                    .executeBlocking(() -> meters.scrape(), false)
                    .onSuccess(
                        text -> ctx.response().putHeader("Content-Type", PROMETHEUS).end(text))
                    .onFailure(ctx::fail));
    return router;
  }

  private Future<?> ready() {
    return stopping.getAsBoolean()
        ? Future.failedFuture("stopping")
        : link.send(Request.cmd(Command.PING));
  }
}
