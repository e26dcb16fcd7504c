package dev.afterword.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Listening servers with the limits on sizes and times that hold for every request. */
public final class Listeners {
  private static final int LONGEST_LINE = 16 * 1024;
  private static final int LARGEST_HEADERS = 16 * 1024;

  /** A client message over the live socket has at most 4 KiB. */
  public static final int LARGEST_MESSAGE = 4 * 1024;

  /** How long a connection may take to bring its first request, in milliseconds. */
  private static final long FIRST_REQUEST_MS = 10_000;

  private static final int IDLE_SECONDS = 75;

  private Listeners() {}

  /**
   * A server of readers, for one event loop.
   *
   * @param subProtocols what WebSocket clients may ask to speak
   */
  public static HttpServer open(
      Vertx vertx, Answers answers, List<String> subProtocols, Handler<HttpServerRequest> router) {
    var server = vertx.createHttpServer(options(subProtocols));
    var silent = new IdentityHashMap<HttpConnection, Long>();
    server.invalidRequestHandler(request -> answers.refuseInvalid(request, why(request)));
    server.connectionHandler(
        connection -> {
          silent.put(connection, vertx.setTimer(FIRST_REQUEST_MS, id -> connection.close()));
          connection.closeHandler(closed -> hasSpoken(vertx, silent, connection));
        });
    return server.requestHandler(
        request -> {
          hasSpoken(vertx, silent, request.connection());
          var path = request.path();
          if (path == null || !path.startsWith("/")) {
            // OPTIONS * and CONNECT: the router knows paths alone, and would fail without a word.
            answers.refuseInvalid(request, ProblemType.REQUEST_MALFORMED);
          } else {
            router.handle(request);
          }
        });
  }

  private static void hasSpoken(
      Vertx vertx, Map<HttpConnection, Long> silent, HttpConnection connection) {
    var timer = silent.isEmpty() ? null : silent.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }

  static HttpServerOptions options(List<String> subProtocols) {
    var options = new HttpServerOptions();
    options.setMaxInitialLineLength(LONGEST_LINE).setMaxHeaderSize(LARGEST_HEADERS);
    options.setIdleTimeout(IDLE_SECONDS).setReuseAddress(true).setTcpNoDelay(true);
    options.setAcceptBacklog(4_096);
    options.setPerMessageWebSocketCompressionSupported(false);
    options.setPerFrameWebSocketCompressionSupported(false);
    options.setMaxWebSocketFrameSize(LARGEST_MESSAGE).setMaxWebSocketMessageSize(LARGEST_MESSAGE);
    options.setWebSocketSubProtocols(subProtocols);
    options.setHttp2ClearTextEnabled(false);
    return options;
  }

  private static ProblemType why(HttpServerRequest request) {
    var cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      return ProblemType.URI_TOO_LONG;
    }
    return cause instanceof TooLongHttpHeaderException
        ? ProblemType.HEADERS_TOO_LARGE
        : ProblemType.REQUEST_MALFORMED;
  }
}
