package dev.afterword.http;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Answers one operation. */
@FunctionalInterface
public interface Endpoint {
  /** The answer; fails with a {@link Problem}, or with what the composition root knows to map. */
  Future<Answer> answer(RoutingContext ctx);

  /** The same where no slash ends the path, for a page beside which lies what it loads. */
  static Endpoint withoutSlash(Endpoint page) {
    return ctx -> {
      var path = ctx.request().path();
      if (!path.endsWith("/")) {
        return page.answer(ctx);
      }
      var query = ctx.request().query();
      int end = path.length() - 1;
      var bare = "../" + path.substring(path.lastIndexOf('/', end - 1) + 1, end);
      var location = query == null ? bare : bare + '?' + query;
      return Future.succeededFuture(new Answer(308, null, List.of("Location", location)));
    };
  }
}
