package dev.afterword.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a WebSocket begins: RFC 6455, 4.2.1, and what a client says in the sub-protocols. */
public final class Handshake {
  /** The sub-protocol that this server speaks. */
  public static final String PROTOCOL = "afterword.v1";

  /** What a token stands behind as a sub-protocol. */
  private static final String BEARER = "afterword.bearer.";

  private Handshake() {}

  /**
   * Checks a request to upgrade: what Vert.x would refuse itself, it would refuse in words of its
   * own.
   *
   * @throws Problem 426 when it asks for no WebSocket that we speak, 400 when it is not whole
   */
  public static void check(HttpServerRequest request) {
    var upgrade = request.getHeader(HttpHeaders.UPGRADE);
    if (upgrade == null || !upgrade.equalsIgnoreCase("websocket")) {
      throw Problem.of(ProblemType.UPGRADE_REQUIRED).with("Upgrade", "websocket");
    }
    var key = request.getHeader("Sec-WebSocket-Key");
    var connection = request.getHeader(HttpHeaders.CONNECTION);
    if (key == null
        || connection == null
        || !connection.toLowerCase(Locale.ROOT).contains("upgrade")
        || request.version() != HttpVersion.HTTP_1_1
        || !request.method().equals(HttpMethod.GET)
        || !RequestBodies.isEmpty(request)) {
      throw Problem.of(ProblemType.REQUEST_MALFORMED, "The WebSocket handshake is not whole.");
    }
    if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
      throw Problem.of(ProblemType.UPGRADE_REQUIRED)
          .with("Upgrade", "websocket")
          .with("Sec-WebSocket-Version", "13");
    }
  }

  /**
   * The token among the sub-protocols, or {@code null}: a browser cannot send a header of its own
   * with a WebSocket, but name sub-protocols.
   */
  public static @Nullable String bearer(HttpServerRequest request) {
    return request.headers().getAll("Sec-WebSocket-Protocol").stream()
        .flatMap(offered -> Stream.of(offered.split(",")))
        .map(String::strip)
        .filter(offered -> offered.startsWith(BEARER))
        .map(offered -> offered.substring(BEARER.length()))
        .findFirst()
        .orElse(null);
  }
}
