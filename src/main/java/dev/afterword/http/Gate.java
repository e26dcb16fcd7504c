package dev.afterword.http;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** Something a request has to pass on its way to its endpoint. */
@FunctionalInterface
public interface Gate {
  /** Lets everything through. */
  Gate OPEN = ctx -> Future.succeededFuture();

  /** Passes when the future succeeds; fails with the {@link Problem} to answer. */
  Future<Void> pass(RoutingContext ctx);
}
