package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Requests as bytes, made before they are needed. */
final class Requests {
  private static final String BROWSER =
      "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0";

  private Requests() {}

  /** A request as a browser sends it; headers are whole lines, each with its end. */
  static String text(String method, String target, String headers, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return method
        + ' '
        + target
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: "
        + BROWSER
        + "\r\nAccept-Encoding: gzip\r\n"
        + headers
        + (method.equals("GET") ? "" : "Content-Length: " + length + "\r\n")
        + "\r\n"
        + body;
  }

  static String get(String target, String headers) {
    return text("GET", target, headers, "");
  }

  static String post(String target, String headers, String body) {
    return text("POST", target, headers, body);
  }

  /** An article's parameter. */
  static String article(String key) {
    return "article=" + URLEncoder.encode(key, StandardCharsets.UTF_8);
  }

  static String from(String address) {
    return "X-Forwarded-For: " + address + "\r\n";
  }

  /** The same requests again and again, in order. */
  static Supplier<ByteBuf> cycle(List<String> texts) {
    var all = new ArrayList<ByteBuf>();
    texts.forEach(text -> all.add(bytes(text)));
    return new Supplier<>() {
      private int next;

      @Override
      public ByteBuf get() {
        next = next + 1 < all.size() ? next + 1 : 0;
        return all.get(next).duplicate();
      }
    };
  }

  /** Every request another one, made of its number when it is needed. */
  static Supplier<ByteBuf> numbered(IntFunction<String> texts) {
    return new Supplier<>() {
      private int next;

      @Override
      public ByteBuf get() {
        return Unpooled.copiedBuffer(texts.apply(next++), StandardCharsets.UTF_8);
      }
    };
  }

  /** Views of some articles, every one by a visitor who was never seen before. */
  static final class NewVisitors implements Supplier<ByteBuf> {
    private static final String PATTERN = "20.100.100.100";
    private static final int MOST = 10_000_000;

    private final List<ByteBuf> templates = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();
    private int made;

    NewVisitors(List<String> targets) {
      for (var target : targets) {
        var text = post(target, from(PATTERN), "");
        templates.add(bytes(text));
        offsets.add(text.indexOf(PATTERN));
      }
    }

    /** How many visitors there have been. */
    int made() {
      return made;
    }

    @Override
    public ByteBuf get() {
      if (made == MOST) {
        throw new IllegalStateException("there are no more new visitors");
      }
      int number = made++;
      int which = number % templates.size();
      var template = templates.get(which);
      var copy = PooledByteBufAllocator.DEFAULT.directBuffer(template.readableBytes());
      copy.writeBytes(template, template.readerIndex(), template.readableBytes());
      int at = offsets.get(which);
      // 20.100.100.100 to 29.199.199.199: all as long as the pattern.
      for (int place : new int[] {13, 12, 9, 8, 5, 4, 1}) {
        copy.setByte(at + place, '0' + number % 10);
        number /= 10;
      }
      return copy;
    }
  }

  private static ByteBuf bytes(String text) {
    var raw = text.getBytes(StandardCharsets.UTF_8);
    return Unpooled.unreleasableBuffer(Unpooled.directBuffer(raw.length).writeBytes(raw));
  }
}
