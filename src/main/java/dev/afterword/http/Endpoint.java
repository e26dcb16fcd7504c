package dev.afterword.http;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** Answers one operation. */
@FunctionalInterface
public interface Endpoint {
  /** The answer; fails with a {@link Problem}, or with what the composition root knows to map. */
  Future<Answer> answer(RoutingContext ctx);
}
