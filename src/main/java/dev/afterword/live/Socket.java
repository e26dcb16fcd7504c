package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One client's socket. What it cannot take in is bounded: a view count is dropped, because a later
 * one says more; at a numbered event the socket is closed, because the client can resume where it
 * was.
 */
final class Socket {
  /** Going away: reconnect. */
  static final short GOING_AWAY = 4001;

  /** A message that is none of ours. */
  static final short BAD_MESSAGE = 4000;

  /** Too slow: reconnect. */
  static final short TOO_SLOW = 4008;

  /** Too many articles. */
  static final short TOO_MANY = 4429;

  /** How much may wait to be written, in bytes. */
  private static final int MOST_WAITING = 256 * 1024;

  /** How long a client that is told to go may take to hear it, in milliseconds. */
  private static final long LAST_WORD_MS = 5_000;

  private final ServerWebSocket webSocket;
  private final Runnable cutOff;
  private boolean closing;

  /** The articles it follows, joined or about to be. */
  final Set<ArticleRef> articles = new HashSet<>();

  /**
   * @param cutOff ends the connection, whatever still waits to be written
   */
  Socket(ServerWebSocket webSocket, Runnable cutOff) {
    this.webSocket = webSocket;
    this.cutOff = cutOff;
    webSocket.setWriteQueueMaxSize(MOST_WAITING);
  }

  boolean isOpen() {
    return !closing && !webSocket.isClosed();
  }

  /** Sends something the client must not miss. */
  void send(String message) {
    if (!isOpen()) {
      return;
    }
    if (webSocket.writeQueueFull()) {
      close(TOO_SLOW, "too slow");
    } else {
      webSocket.writeTextMessage(message);
    }
  }

  /** Sends something that a later message makes up for. */
  void offer(String message) {
    if (isOpen() && !webSocket.writeQueueFull()) {
      webSocket.writeTextMessage(message);
    }
  }

  void close(short code, String reason) {
    if (isOpen()) {
      closing = true;
      webSocket.close(code, reason);
      // Vert.x ends a connection after its last write, which a stalled reader never takes in.
      Objects.requireNonNull(Vertx.currentContext())
          .owner()
          .setTimer(LAST_WORD_MS, id -> cutOff.run());
    }
  }

  /** Keeps the connection from being taken for idle, here and in proxies. */
  void ping() {
    if (isOpen()) {
      webSocket.writePing(Buffer.buffer());
    }
  }

  /** Several messages as one frame. */
  static String frame(List<String> messages) {
    return messages.size() == 1 ? messages.get(0) : '[' + String.join(",", messages) + ']';
  }
}
