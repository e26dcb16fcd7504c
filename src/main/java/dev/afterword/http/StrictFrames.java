package dev.afterword.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the client of a WebSocket sends, strictly by RFC 6455: what it forbids ends the socket
 * with the close code that it names, at the first byte that is wrong. It takes the place of Netty's
 * decoder, one for one, and puts messages together itself: Vert.x loses one that begins with an
 * empty fragment, and goes on after one that is too large.
 *
 * <p>A fault is passed on as if the client had closed with the code it deserves. Vert.x answers a
 * close with its own code and ends the connection, so that everything above learns of it at once.
 */
public final class StrictFrames extends ByteToMessageDecoder implements WebSocketFrameDecoder {
  private static final int CONTINUATION = 0x0;
  private static final int TEXT = 0x1;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;

  /** Between two frames. */
  private static final int NONE = -1;

  private static final Linger LINGER = new Linger();

  private final int largest;

  private int opcode = NONE;
  private boolean last;
  private int mask;
  private int left;

  /** What has come of a message, until it is whole. */
  private @Nullable ByteBuf message;

  /** Of that message, if it is a text. */
  private @Nullable Utf8 text;

  private boolean closed;

  private StrictFrames(int largest) {
    this.largest = largest;
  }

  /**
   * Makes a socket strict, in the same turn of its event loop in which it was made.
   *
   * @param connection that has become a WebSocket
   * @param largest message that a client may send, in bytes
   */
  public static void on(HttpConnection connection, int largest) {
    var channel = ((HttpServerConnection) connection).channelHandlerContext().channel();
    channel
        .pipeline()
        .replace(WebSocket13FrameDecoder.class, "strict-frames", new StrictFrames(largest));
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    try {
      if (closed) {
        in.skipBytes(in.readableBytes());
      } else if (opcode != NONE || readHeader(in)) {
        if (opcode >= CLOSE) {
          readControl(in, out);
        } else {
          readData(in, out);
        }
      }
    } catch (CorruptedWebSocketFrameException fault) {
      closed = true;
      message = null;
      in.skipBytes(in.readableBytes());
      ctx.pipeline().addBefore(ctx.name(), null, LINGER);
      out.add(new CloseWebSocketFrame(fault.closeStatus(), fault.getMessage()));
    }
  }

  private boolean readHeader(ByteBuf in) {
    if (in.readableBytes() < 2) {
      return false;
    }
    int first = in.getUnsignedByte(in.readerIndex());
    int second = in.getUnsignedByte(in.readerIndex() + 1);
    check(first, second);
    int shortLength = second & 0x7F;
    int lengthBytes = shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0;
    if (in.readableBytes() < 2 + lengthBytes + 4) {
      return false;
    }
    in.skipBytes(2);
    long length =
        switch (lengthBytes) {
          case 8 -> atLeast(1 << 16, in.readLong());
          case 2 -> atLeast(126, in.readUnsignedShort());
          default -> shortLength;
        };
    if (length > largest - (message == null ? 0 : message.readableBytes())) {
      throw fault(WebSocketCloseStatus.MESSAGE_TOO_BIG, "message too large");
    }
    mask = in.readInt();
    left = (int) length;
    last = (first & 0x80) != 0;
    opcode = first & 0x0F;
    return true;
  }

  /** All that the first two bytes of a frame can have wrong. */
  private void check(int first, int second) {
    if ((first & 0x70) != 0) {
      throw fault("reserved bit");
    }
    if ((second & 0x80) == 0) {
      throw fault("frame not masked");
    }
    switch (first & 0x0F) {
      case CONTINUATION -> {
        if (message == null) {
          throw fault("nothing to continue");
        }
      }
      case TEXT, BINARY -> {
        if (message != null) {
          throw fault("message within a message");
        }
      }
      case CLOSE, PING, PONG -> {
        if ((first & 0x80) == 0 || (second & 0x7F) > 125) {
          throw fault("control frame in fragments or too long");
        }
      }
      default -> throw fault("reserved opcode");
    }
  }

  private static long atLeast(long least, long length) {
    if (length < least) {
      throw fault("length not in its shortest form");
    }
    return length;
  }

  private void readData(ByteBuf in, List<Object> out) {
    int now = Math.min(left, in.readableBytes());
    if (message == null) {
      // As large as what has come, not as what is promised.
      message = Unpooled.buffer(now);
      text = opcode == TEXT ? new Utf8() : null;
    }
    unmask(in, now, message, text);
    left -= now;
    if (left > 0) {
      return;
    }
    opcode = NONE;
    if (last) {
      if (text == null) {
        out.add(new BinaryWebSocketFrame(message));
      } else {
        text.end();
        out.add(new TextWebSocketFrame(message));
      }
      message = null;
      text = null;
    }
  }

  private void readControl(ByteBuf in, List<Object> out) {
    if (in.readableBytes() < left) {
      return;
    }
    var payload = Unpooled.buffer(left);
    unmask(in, left, payload, null);
    if (opcode == CLOSE) {
      checkClose(payload);
      closed = true;
      out.add(new CloseWebSocketFrame(true, 0, payload));
    } else {
      out.add(opcode == PING ? new PingWebSocketFrame(payload) : new PongWebSocketFrame(payload));
    }
    opcode = NONE;
  }

  private static void checkClose(ByteBuf payload) {
    int length = payload.readableBytes();
    if (length == 0) {
      return;
    }
    int code = length == 1 ? 0 : payload.getUnsignedShort(0);
    if (code > 4999 || !WebSocketCloseStatus.isValidStatusCode(code)) {
      throw fault("not a close code");
    }
    var reason = new Utf8();
    for (int i = 2; i < length; i++) {
      reason.take(payload.getByte(i));
    }
    reason.end();
  }

  private void unmask(ByteBuf in, int count, ByteBuf to, @Nullable Utf8 utf8) {
    to.ensureWritable(count);
    for (int i = 0; i < count; i++) {
      mask = Integer.rotateLeft(mask, 8);
      int plain = in.readByte() ^ mask;
      if (utf8 != null) {
        utf8.take((byte) plain);
      }
      to.writeByte(plain);
    }
  }

  private static CorruptedWebSocketFrameException fault(String why) {
    return fault(WebSocketCloseStatus.PROTOCOL_ERROR, why);
  }

  private static CorruptedWebSocketFrameException fault(WebSocketCloseStatus status, String why) {
    return new CorruptedWebSocketFrameException(status, why);
  }

  /** Takes a text byte by byte, as RFC 3629 has it: shortest forms, no surrogates, no further. */
  private static final class Utf8 {
    /** How many bytes the character still lacks. */
    private int lacking;

    private int lowest;
    private int highest;

    void take(byte next) {
      int b = next & 0xFF;
      if (lacking > 0) {
        require(lowest <= b && b <= highest);
        lacking--;
        lowest = 0x80;
        highest = 0xBF;
      } else if (b >= 0x80) {
        require(0xC2 <= b && b <= 0xF4);
        lacking = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
        highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
      }
    }

    void end() {
      require(lacking == 0);
    }

    private static void require(boolean holds) {
      if (!holds) {
        throw fault(WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "not UTF-8");
      }
    }
  }

  /**
   * Ends a connection in two steps after a fault: a system that closes while bytes of the client
   * lie unread resets the connection, and the client may then never read why it was closed.
   */
  @Sharable
  private static final class Linger extends ChannelOutboundHandlerAdapter {
    private static final long LONGEST_MS = 2_000;

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
      var channel = (DuplexChannel) ctx.channel();
      var timer =
          ctx.executor().schedule(() -> Wire.cutOff(channel), LONGEST_MS, TimeUnit.MILLISECONDS);
      var ignored = channel.closeFuture().addListener(closed -> timer.cancel(false));
      ignored = channel.shutdownOutput(promise);
    }
  }
}
