package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/** A client on a WebSocket: a frame is a text frame. */
final class Socket extends Follower {
  private final ServerWebSocket webSocket;

  Socket(ServerWebSocket webSocket, LiveMeters meters, Runnable cutOff) {
    super(meters, cutOff);
    this.webSocket = webSocket;
    webSocket.setWriteQueueMaxSize(MOST_WAITING);
  }

  @Override
  boolean isGone() {
    return webSocket.isClosed();
  }

  @Override
  boolean isFull() {
    return webSocket.writeQueueFull();
  }

  @Override
  void write(ArticleRef article, Position at, String frame) {
    webSocket.writeTextMessage(frame);
  }

  @Override
  void write(String message) {
    webSocket.writeTextMessage(message);
  }

  @Override
  void writePing() {
    webSocket.writePing(Buffer.buffer());
  }

  @Override
  void end(short code, String reason) {
    webSocket.close(code, reason);
  }
}
