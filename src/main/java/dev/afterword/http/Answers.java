package dev.afterword.http;

import io.netty.util.AsciiString;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where answers and problems are written: headers that every answer carries, 304,
 * compression, and what a failure becomes.
 */
public final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final String PROBLEM_JSON = "application/problem+json";
  private static final String REQUEST_ID = "requestId";

  private static final CharSequence X_REQUEST_ID = AsciiString.cached("X-Request-Id");
  private static final CharSequence NOSNIFF_NAME = AsciiString.cached("X-Content-Type-Options");
  private static final CharSequence NOSNIFF = AsciiString.cached("nosniff");
  private static final CharSequence REFERRER_NAME = AsciiString.cached("Referrer-Policy");
  private static final CharSequence REFERRER =
      AsciiString.cached("strict-origin-when-cross-origin");
  private static final CharSequence CSP_NAME = AsciiString.cached("Content-Security-Policy");
  private static final CharSequence CSP =
      AsciiString.cached("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
  private static final CharSequence CORP_NAME = AsciiString.cached("Cross-Origin-Resource-Policy");
  private static final CharSequence SAME_ORIGIN = AsciiString.cached("same-origin");
  private static final CharSequence HSTS_NAME = AsciiString.cached("Strict-Transport-Security");
  private static final CharSequence HSTS = AsciiString.cached("max-age=31536000");
  private static final CharSequence GZIP = AsciiString.cached("gzip");

  /** How long the rest of a refused body is let in and thrown away, in milliseconds. */
  private static final long LINGER_MS = 1_000;

  private final Vertx vertx;
  private final Supplier<String> baseUrl;
  private final boolean secure;
  private final Function<Throwable, @Nullable Problem> translate;
  private final RequestIds ids = new RequestIds();

  /**
   * @param baseUrl the public URL without a trailing slash; problem types begin with it, and its
   *     path is put before a {@code Location} that is one
   * @param secure whether readers come by https
   * @param translate what failures of other rooms mean; {@code null} for a defect
   */
  public Answers(
      Vertx vertx,
      Supplier<String> baseUrl,
      boolean secure,
      Function<Throwable, @Nullable Problem> translate) {
    this.vertx = vertx;
    this.baseUrl = baseUrl;
    this.secure = secure;
    this.translate = translate;
  }

  /**
   * The path of a URL without a trailing slash; empty for none. Behind a proxy that serves us below
   * a path, it stands before each of ours.
   */
  public static String pathOf(String url) {
    int path = url.indexOf('/', url.indexOf("//") + 2);
    return path < 0 ? "" : url.substring(path);
  }

  /** Names the request and puts on the headers that every answer carries. The first handler. */
  public void begin(RoutingContext ctx) {
    putCommonHeaders(ctx.request(), requestId(ctx));
    ctx.next();
  }

  /** The name of a request, in its answer, its problem and its log line. */
  String requestId(RoutingContext ctx) {
    String id = ctx.get(REQUEST_ID);
    if (id == null) {
      id = ids.next();
      ctx.put(REQUEST_ID, id);
    }
    return id;
  }

  /** Writes an answer, or 304 when the client has it already. */
  public void write(RoutingContext ctx, Answer answer) {
    var response = ctx.response();
    if (answer.status() == Answer.TAKEN.status() || response.ended() || response.closed()) {
      return;
    }
    var headers = answer.headers();
    for (int i = 0; i < headers.size(); i += 2) {
      var name = headers.get(i);
      var value = headers.get(i + 1);
      boolean path = name.equals("Location") && value.startsWith("/");
      response.putHeader(name, path ? pathOf(baseUrl.get()) + value : value);
    }
    var body = answer.body();
    if (body == null) {
      response.setStatusCode(answer.status()).end();
      return;
    }
    vary(response);
    var etag = body.etag();
    if (etag != null && answer.status() == 200) {
      response.putHeader(HttpHeaders.ETAG, etag);
      if (matches(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH), etag)) {
        response.setStatusCode(304).end();
        return;
      }
    }
    response.setStatusCode(answer.status());
    response.putHeader(HttpHeaders.CONTENT_TYPE, body.contentType());
    writeBody(ctx.request(), response, body);
  }

  private static void vary(HttpServerResponse response) {
    if (!response.headers().contains(HttpHeaders.VARY)) {
      response.putHeader(HttpHeaders.VARY, "Accept-Encoding");
    }
  }

  private static void writeBody(HttpServerRequest request, HttpServerResponse response, Body body) {
    var bytes = body.plain();
    if (body.isWorthGzip() && acceptsGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING))) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
      bytes = body.compressed();
    }
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length())).end();
    } else {
      response.end(bytes);
    }
  }

  /** Writes what a failure means: its problem, or 500 and a line in the log. */
  public void fail(RoutingContext ctx, @Nullable Throwable failure) {
    if (ctx.response().ended() || ctx.response().closed()) {
      return;
    }
    writeProblem(ctx.request(), explain(ctx, failure), requestId(ctx));
  }

  /** What a failure means to the client; a defect of ours gets a line in the log. */
  Problem explain(RoutingContext ctx, @Nullable Throwable failure) {
    var problem = problemOf(failure);
    if (problem.type() == ProblemType.INTERNAL) {
      LOG.error("Request {} failed", requestId(ctx), failure);
    }
    return problem.type().status() == 503 && !problem.headers().containsKey("Retry-After")
        ? problem.with("Retry-After", "2")
        : problem;
  }

  private Problem problemOf(@Nullable Throwable failure) {
    if (failure instanceof Problem problem) {
      return problem;
    }
    if (failure instanceof HttpException http && http.getStatusCode() == 400) {
      return Problem.of(ProblemType.REQUEST_MALFORMED);
    }
    if (failure instanceof TimeoutException) {
      return Problem.of(ProblemType.STORE_SLOW);
    }
    var translated = failure == null ? null : translate.apply(failure);
    return translated == null ? Problem.of(ProblemType.INTERNAL) : translated;
  }

  /** Answers a request that never became one: a line or headers too long, or not HTTP at all. */
  public void refuseInvalid(HttpServerRequest request, ProblemType type) {
    var id = ids.next();
    putCommonHeaders(request, id);
    writeProblem(request, Problem.of(type), id);
    closeLater(request.connection());
  }

  private void writeProblem(HttpServerRequest request, Problem problem, String id) {
    var response = request.response();
    problem.headers().forEach(response::putHeader);
    response.headers().remove(HttpHeaders.ETAG);
    response.setStatusCode(problem.type().status());
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.putHeader(HttpHeaders.CONTENT_TYPE, PROBLEM_JSON);
    boolean unread = !request.isEnded() && !RequestBodies.isEmpty(request);
    if (unread) {
      // What is left of the body will not be read, so the connection cannot be used again.
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    vary(response);
    writeBody(request, response, Body.of(PROBLEM_JSON, problem.json(baseUrl.get(), id).toBuffer()));
    if (unread) {
      closeAfter(request);
    }
  }

  private void closeAfter(HttpServerRequest request) {
    var connection = request.connection();
    request.handler(rest -> {});
    request.exceptionHandler(failure -> {});
    request.endHandler(end -> connection.close());
    request.resume();
    closeLater(connection);
  }

  /**
   * Closed at once while the client still sends, a connection would be reset, and the answer lost
   * with it.
   */
  private void closeLater(HttpConnection connection) {
    vertx.setTimer(LINGER_MS, id -> connection.close());
  }

  private void putCommonHeaders(HttpServerRequest request, String id) {
    var headers = request.response().headers();
    headers.add(X_REQUEST_ID, id);
    headers.add(NOSNIFF_NAME, NOSNIFF);
    headers.add(REFERRER_NAME, REFERRER);
    headers.add(CSP_NAME, CSP);
    headers.add(CORP_NAME, SAME_ORIGIN);
    if (secure) {
      headers.add(HSTS_NAME, HSTS);
    }
  }

  /** RFC 9110, 13.1.2: weak comparison against a list, or any. */
  static boolean matches(@Nullable String ifNoneMatch, String etag) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (ifNoneMatch.equals(etag) || ifNoneMatch.trim().equals("*")) {
      return true;
    }
    for (var each : ifNoneMatch.split(",", -1)) {
      var tag = each.trim();
      if (tag.equals(etag) || (tag.startsWith("W/") && tag.substring(2).equals(etag))) {
        return true;
      }
    }
    return false;
  }

  /** RFC 9110, 12.5.3: gzip is named, or anything is welcome, and not with a weight of zero. */
  static boolean acceptsGzip(@Nullable String acceptEncoding) {
    if (acceptEncoding == null) {
      return false;
    }
    boolean any = false;
    for (var each : acceptEncoding.split(",", -1)) {
      int semicolon = each.indexOf(';');
      var coding = (semicolon < 0 ? each : each.substring(0, semicolon)).trim();
      boolean refused =
          semicolon >= 0 && each.substring(semicolon).replace(" ", "").matches(";q=0(\\.0*)?");
      if (coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip")) {
        return !refused;
      }
      any |= coding.equals("*") && !refused;
    }
    return any;
  }
}
