package dev.afterword.http;

import io.vertx.core.Handler;
import io.vertx.core.internal.net.RFC3986;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A path in which {@code :name} stands for one segment, found in {@link RoutingContext#pathParam},
 * and {@code *} for whatever follows.
 *
 * <p>Vert.x Web has the same; but with the names of the path it decodes the query of each request,
 * and of one that asks for the counts of many articles that is most of the work.
 */
final class PathTemplate {
  private static final Pattern NAME = Pattern.compile(":([a-z]+)");

  /** Of each segment its name, {@code null} for one that has none. */
  private final @Nullable String[] names;

  private final String regex;

  PathTemplate(String text) {
    this.names =
        Stream.of(text.split("/", -1))
            .map(segment -> segment.startsWith(":") ? segment.substring(1) : null)
            .toArray(String[]::new);
    var plain = text.replace(".", "\\.").replace("*", ".*");
    // Captures nothing, and a slash at the end means nothing.
    this.regex = NAME.matcher(plain).replaceAll("[^/]+") + "/?";
  }

  /** Has a handler called for the paths that match; 400 for a segment that cannot be decoded. */
  void mountOn(Router router, Handler<RoutingContext> handler) {
    router
        .routeWithRegex(regex)
        .handler(
            ctx -> {
              name(ctx);
              handler.handle(ctx);
            });
  }

  private void name(RoutingContext ctx) {
    var path = ctx.normalizedPath();
    int start = 0;
    for (var name : names) {
      int end = path.indexOf('/', start);
      end = end < 0 ? path.length() : end;
      if (name != null) {
        ctx.pathParams().put(name, decoded(path.substring(start, end)));
      }
      start = end + 1;
    }
  }

  private static String decoded(String segment) {
    try {
      return RFC3986.decodeURIComponent(segment, false);
    } catch (IllegalArgumentException e) {
      throw Problem.of(ProblemType.REQUEST_MALFORMED);
    }
  }
}
