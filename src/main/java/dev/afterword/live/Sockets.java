package dev.afterword.live;

import dev.afterword.http.Answer;
import dev.afterword.http.Handshake;
import dev.afterword.http.Listeners;
import dev.afterword.http.Problem;
import dev.afterword.http.Proxies;
import dev.afterword.http.StrictFrames;
import dev.afterword.http.Wire;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;

/**
 * Makes WebSockets of requests: whoever they are for, they are counted, read strictly, kept awake
 * and asked to go in the same way. Confined to one event loop.
 */
public final class Sockets {
  private final Hub hub;
  private final Connections connections;
  private final LiveMeters meters;
  private final Proxies proxies;

  /**
   * The sockets of one event loop.
   *
   * @param connections of the process
   */
  public Sockets(Hub hub, Connections connections, LiveMeters meters, Proxies proxies) {
    this.hub = hub;
    this.connections = connections;
    this.meters = meters;
    this.proxies = proxies;
  }

  /** Takes in one that is open. */
  @FunctionalInterface
  interface Welcome {
    /** Begins; answers what is to be done when it is gone. */
    Runnable begin(Socket socket, ServerWebSocket webSocket);
  }

  /**
   * Takes a connection over.
   *
   * @throws Problem when the handshake is none, see {@link Handshake#check}
   */
  Future<Answer> open(HttpServerRequest request, Welcome welcome) {
    Handshake.check(request);
    return request
        .toWebSocket()
        .map(
            webSocket -> {
              enter(request, webSocket, welcome);
              return Answer.TAKEN;
            });
  }

  private void enter(HttpServerRequest request, ServerWebSocket webSocket, Welcome welcome) {
    StrictFrames.on(request.connection(), Listeners.LARGEST_MESSAGE);
    var wire = Wire.ofWebSocket(request, Follower.MOST_WAITING);
    var socket = new Socket(webSocket, wire, meters);
    var address = proxies.client(request);
    if (!connections.enter(address)) {
      socket.close(Follower.TOO_MANY, "too many connections");
      return;
    }
    webSocket.exceptionHandler(failure -> {});
    hub.enter(socket);
    var gone = welcome.begin(socket, webSocket);
    webSocket.closeHandler(
        closed -> {
          gone.run();
          exit(socket, address);
        });
  }

  /** One that was taken in is gone. */
  void exit(Follower follower, byte[] address) {
    if (hub.exit(follower)) {
      connections.leave(address);
    }
  }
}
