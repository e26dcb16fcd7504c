package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import dev.afterword.http.Wire;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/** A client on a WebSocket: a frame is a text frame. */
final class Socket extends Follower {
  private final ServerWebSocket webSocket;
  private final Wire wire;

  Socket(ServerWebSocket webSocket, Wire wire, LiveMeters meters) {
    super(meters);
    this.webSocket = webSocket;
    this.wire = wire;
  }

  @Override
  boolean isGone() {
    return webSocket.isClosed();
  }

  @Override
  boolean isFull() {
    return wire.isFull();
  }

  @Override
  void write(ArticleRef article, Position at, Frame frame) {
    write(frame);
  }

  @Override
  void write(Frame frame) {
    wire.writeAndFlush(frame.webSocket());
  }

  @Override
  void writePing() {
    webSocket.writePing(Buffer.buffer());
  }

  @Override
  void end(short code, String reason) {
    webSocket.close(code, reason);
  }

  @Override
  void cutOff() {
    wire.cutOff();
  }
}
