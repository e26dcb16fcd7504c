package dev.afterword.identity;

import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import io.netty.util.AsciiString;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which web pages may ask (CORS by site). A listed origin is echoed on every answer; a foreign one
 * gets no such header, and is refused when it would change something. No {@code Origin} means that
 * no browser asks.
 */
public final class Origins {
  private static final CharSequence VARY = AsciiString.cached("Origin, Accept-Encoding");
  private static final CharSequence EXPOSED =
      AsciiString.cached(
          "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed,"
              + " X-Request-Id");
  private static final CharSequence METHODS =
      AsciiString.cached("GET, HEAD, POST, PUT, PATCH, DELETE");
  private static final CharSequence HEADERS =
      AsciiString.cached("Authorization, Content-Type, Idempotency-Key, If-None-Match");
  private static final CharSequence CROSS_ORIGIN = AsciiString.cached("cross-origin");
  private static final CharSequence CORP = AsciiString.cached("Cross-Origin-Resource-Policy");

  private Origins() {}

  /** Puts on the headers by which the browser lets a page that the site lists read the answer. */
  public static void greet(RoutingContext ctx) {
    var headers = ctx.response().headers();
    headers.set(HttpHeaders.VARY, VARY);
    var origin = ctx.request().getHeader(HttpHeaders.ORIGIN);
    if (origin != null && isAdmitted(ctx)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
      headers.set(CORP, CROSS_ORIGIN);
      if (ctx.request().method().equals(HttpMethod.OPTIONS)) {
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "7200");
      }
    }
  }

  /** A gate: refuses a foreign page that would change something, or keep a connection. */
  public static Future<Void> refuseForeign(RoutingContext ctx) {
    return refuse(ctx, isAdmitted(ctx));
  }

  /** The same where no site is named: these origins alone are not foreign. */
  static Future<Void> refuseForeign(RoutingContext ctx, Set<String> own) {
    return refuse(ctx, nobodyOr(ctx, own::contains));
  }

  private static Future<Void> refuse(RoutingContext ctx, boolean admitted) {
    if (onlyReads(ctx.request()) || admitted) {
      return Future.succeededFuture();
    }
    return Future.failedFuture(Problem.of(ProblemType.ORIGIN_NOT_ALLOWED));
  }

  /** Whether a request neither changes anything nor keeps a connection. */
  static boolean onlyReads(HttpServerRequest request) {
    var method = request.method();
    boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    return reads && !request.headers().contains(HttpHeaders.UPGRADE);
  }

  /** Whether a page of this server's own asks, and says so. */
  static boolean isOwn(RoutingContext ctx) {
    var origins = ctx.request().headers().getAll(HttpHeaders.ORIGIN);
    return origins.size() == 1 && Sites.of(ctx).ownOrigins().contains(origins.get(0));
  }

  /** Whether the page that asks, if one does, is on the site's list. */
  public static boolean isAdmitted(RoutingContext ctx) {
    return nobodyOr(ctx, Sites.of(ctx)::admits);
  }

  /** Who names several origins is no browser of ours, whichever of them are listed. */
  private static boolean nobodyOr(RoutingContext ctx, Predicate<String> admitted) {
    var origins = ctx.request().headers().getAll(HttpHeaders.ORIGIN);
    return origins.isEmpty() || (origins.size() == 1 && admitted.test(origins.get(0)));
  }
}
