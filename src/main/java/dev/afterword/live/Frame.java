package dev.afterword.live;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One or several messages as they go over the wire. Whoever is told them shares the bytes: they are
 * encoded once, lie where the system writes from, and are not copied for one more follower, nor for
 * one that does not take them in. The collector frees them when nobody is left to be told.
 *
 * <p>Safe for any thread.
 */
final class Frame {
  /** RFC 6455, 5.2: the last frame of a text. */
  private static final int TEXT = 0x81;

  private static final int MEDIUM = 126;
  private static final int LARGE = 127;
  private static final int LARGEST_MEDIUM = 0xffff;

  /** What ends a server-sent event. */
  private static final byte[] END = {'\n', '\n'};

  /** Head, message, end: a WebSocket's has no end, an event's no head. */
  private final ByteBuf bytes;

  private final int head;

  private Frame(byte[] json) {
    int length = json.length;
    head = length < MEDIUM ? 2 : length <= LARGEST_MEDIUM ? 4 : 10;
    var all = ByteBuffer.allocateDirect(head + length + END.length).put((byte) TEXT);
    if (length < MEDIUM) {
      all.put((byte) length);
    } else if (length <= LARGEST_MEDIUM) {
      all.put((byte) MEDIUM).putShort((short) length);
    } else {
      all.put((byte) LARGE).putLong(length);
    }
    all.put(json).put(END).flip();
    bytes = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(all));
  }

  /** Of one message. */
  static Frame of(String message) {
    return new Frame(message.getBytes(StandardCharsets.UTF_8));
  }

  /** Of messages in order, at least one. */
  static Frame of(List<String> messages) {
    return of(messages.size() == 1 ? messages.get(0) : '[' + String.join(",", messages) + ']');
  }

  /** For a WebSocket. */
  ByteBuf webSocket() {
    return bytes.slice(0, bytes.writerIndex() - END.length);
  }

  /** For an event stream, after the name of the field: the data and the end of the event. */
  ByteBuf event() {
    return bytes.slice(head, bytes.writerIndex() - head);
  }

  @Override
  public String toString() {
    var json = bytes.slice(head, bytes.writerIndex() - head - END.length);
    return json.toString(StandardCharsets.UTF_8);
  }
}
