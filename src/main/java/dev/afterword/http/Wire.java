package dev.afterword.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * The way out of one connection, below the part of Vert.x that makes bytes of each message anew:
 * here go bytes that many connections share. Confined to the connection's event loop.
 */
public final class Wire {
  private final ChannelHandlerContext context;

  private Wire(ChannelHandlerContext context, int mostWaiting) {
    this.context = context;
    var mark = new WriteBufferWaterMark(mostWaiting / 2, mostWaiting);
    context.channel().config().setWriteBufferWaterMark(mark);
  }

  /**
   * Of an answer in chunks whose head has been written; what is written becomes chunks of it.
   *
   * @param mostWaiting how many bytes may wait to be written
   */
  public static Wire ofAnswer(HttpServerRequest request, int mostWaiting) {
    return new Wire(handler(request), mostWaiting);
  }

  /**
   * Of a request that has become a WebSocket; what is written has to be whole frames.
   *
   * @param mostWaiting how many bytes may wait to be written
   */
  public static Wire ofWebSocket(HttpServerRequest request, int mostWaiting) {
    // At first what encodes HTTP is still above, and would take bytes for the body of an answer.
    var pipeline = handler(request).pipeline();
    return new Wire(pipeline.context(WebSocket13FrameEncoder.class), mostWaiting);
  }

  private static ChannelHandlerContext handler(HttpServerRequest request) {
    return ((HttpServerConnection) request.connection()).channelHandlerContext();
  }

  /**
   * Whether too much waits to be written already. Also while Vert.x holds back something of its
   * own, which therefore is never overtaken.
   */
  public boolean isFull() {
    return !context.channel().isWritable();
  }

  /** What {@link #writeAndFlush} shall send along. */
  public void write(ByteBuf bytes) {
    var unused = context.write(bytes, context.voidPromise());
  }

  /** Sends; the bytes are released when they are gone. */
  public void writeAndFlush(ByteBuf bytes) {
    var unused = context.writeAndFlush(bytes, context.voidPromise());
  }

  /**
   * Ends the connection at once. Vert.x itself ends one after its last write, and waits for ever
   * when the other side takes nothing in; it would also take over a closing that passes by its
   * handlers, so this one starts below them.
   */
  public void cutOff() {
    cutOff(context.channel());
  }

  static void cutOff(Channel channel) {
    var lowest = channel.pipeline().firstContext();
    if (lowest != null) {
      var unused = lowest.close();
    }
  }
}
