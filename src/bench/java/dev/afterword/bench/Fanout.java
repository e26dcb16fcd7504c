package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Many readers have one article open and somebody comments: how soon has everybody got it? The next
 * comment is posted when the last reader has the one before. Confined to the driver's thread, but
 * for {@link #open} and {@link #measure}.
 */
final class Fanout {
  private static final double OPEN_SECONDS = 60;
  private static final int OPENING = 50;
  private static final byte[] CREATED = "\"comment.created\"".getBytes(StandardCharsets.US_ASCII);
  private static final int TYPE_AT = "{\"type\":".length();

  /** What asks for a WebSocket. */
  static final String UPGRADE =
      """
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: YWZ0ZXJ3b3JkLWJlbmNoIQ==\r
      Sec-WebSocket-Protocol: afterword.v1\r
      """;

  private final Driver driver;
  private final URI server;
  private final int readers;
  private final String target;
  private final Supplier<ByteBuf> post;
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private volatile CompletableFuture<Void> opened = new CompletableFuture<>();
  private volatile String handshake = "";
  private volatile int missed;
  private volatile boolean closing;
  private volatile Latencies telling = new Latencies(0, 0);
  private int greeted;
  private @Nullable Round round;

  /**
   * @param target where the article is followed
   * @param post a comment on it
   */
  Fanout(Driver driver, URI server, int readers, String target, Supplier<ByteBuf> post) {
    this.driver = driver;
    this.server = server;
    this.readers = readers;
    this.target = target;
    this.post = post;
  }

  /** Opens the sockets, some at a time; returns when every one has been greeted. */
  void open() {
    open("", 0);
  }

  /**
   * Opens the sockets of readers who come back; returns when every one has been told what it has
   * missed.
   *
   * @param since the parameter that says where they were
   * @param comments how many comments they have missed
   */
  void open(String since, int comments) {
    handshake = Requests.get(target + since, UPGRADE);
    missed = comments;
    closing = false;
    opened = new CompletableFuture<>();
    for (int i = 0; i < OPENING; i++) {
      driver.connect(server, new Reader(), opened);
    }
    Driver.await(opened, OPEN_SECONDS);
  }

  /** Closes the sockets without a word. */
  void close() throws InterruptedException {
    closing = true;
    for (var channel : channels) {
      channel.close().await();
    }
    channels.clear();
    greeted = 0;
  }

  /** Posts for some seconds, one comment at a time. */
  Sample measure(double seconds) {
    long now = System.nanoTime();
    var done = new CompletableFuture<Sample>();
    long until = now + (long) (seconds * 1e9);
    var latencies = new Latencies(now, until);
    telling = new Latencies(now, until);
    driver.connect(server, new Round(latencies, done), done);
    return Driver.await(done, seconds);
  }

  /** The last measurement without what comes before somebody hears: from the first who did. */
  Sample telling() {
    return telling.sample(0);
  }

  private void heard() {
    if (round != null) {
      round.heard();
    }
  }

  private void failed(Throwable failure) {
    if (closing) {
      return;
    }
    opened.completeExceptionally(failure);
    if (round != null) {
      round.done.completeExceptionally(failure);
    }
  }

  /** The connection that posts. */
  private final class Round extends ChannelInboundHandlerAdapter {
    private final Latencies latencies;
    private final CompletableFuture<Sample> done;
    private final AnswerReader answers = new AnswerReader();
    private @Nullable ChannelHandlerContext connection;
    private long posted;
    private long first;
    private int received;
    private boolean answered;
    private long errors;

    Round(Latencies latencies, CompletableFuture<Sample> done) {
      this.latencies = latencies;
      this.done = done;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      connection = ctx;
      round = this;
      next(ctx);
    }

    private void next(ChannelHandlerContext ctx) {
      received = 0;
      answered = false;
      posted = System.nanoTime();
      var unused = ctx.writeAndFlush(post.get());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
      var in = (ByteBuf) bytes;
      try {
        while (answers.read(in)) {
          answered = true;
          if (answers.status() != 201) {
            errors++;
            finish(ctx);
          }
        }
        goOn(ctx);
      } finally {
        in.release();
      }
    }

    void heard() {
      received++;
      long now = System.nanoTime();
      if (received == 1) {
        first = now;
      }
      latencies.add(posted, now);
      telling.add(first, now);
      if (received == readers && connection != null) {
        goOn(connection);
      }
    }

    private void goOn(ChannelHandlerContext ctx) {
      if (!answered || received < readers) {
        return;
      }
      if (latencies.isOver(System.nanoTime())) {
        finish(ctx);
      } else {
        next(ctx);
      }
    }

    private void finish(ChannelHandlerContext ctx) {
      round = null;
      var unused = ctx.close();
      done.complete(latencies.sample(errors));
    }
  }

  /**
   * One reader's socket. A frame of the server is not masked, so only its length is of interest.
   */
  private final class Reader extends ChannelInboundHandlerAdapter {
    private final AnswerReader answers = new AnswerReader();
    private boolean upgraded;
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      channels.add(ctx.channel());
      var unused = ctx.writeAndFlush(Unpooled.copiedBuffer(handshake, StandardCharsets.US_ASCII));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
      var in =
          unread.isReadable() ? Unpooled.wrappedBuffer(unread, (ByteBuf) bytes) : (ByteBuf) bytes;
      if (!upgraded && answers.read(in)) {
        upgraded = answers.status() == 101;
        if (!upgraded) {
          failed(new IOException("a socket was refused with " + answers.status()));
        }
      }
      while (upgraded && readFrame(in)) {
        // All that have come.
      }
      unread = in;
      if (!in.isReadable()) {
        in.release();
        unread = Unpooled.EMPTY_BUFFER;
      }
    }

    private boolean readFrame(ByteBuf in) {
      int at = in.readerIndex();
      if (in.readableBytes() < 4) {
        return false;
      }
      int length = in.getByte(at + 1) & 0x7f;
      int head = length == 126 ? 4 : 2;
      length = length == 126 ? in.getUnsignedShort(at + 2) : length;
      if (in.readableBytes() < head + length) {
        return false;
      }
      in.skipBytes(head + length);
      hear(in, at + head, length);
      return true;
    }

    private void hear(ByteBuf in, int from, int length) {
      int type = from + TYPE_AT + (in.getByte(from) == '[' ? 1 : 0);
      if (length > TYPE_AT + CREATED.length && isCreated(in, type)) {
        heard();
      } else if (length > TYPE_AT + 1 && in.getByte(type + 1) == 'h') {
        if (missed > 0 && comments(in.slice(from, length)) != missed) {
          failed(new IOException("a reader was not told all that was missed"));
        }
        greeted++;
        if (greeted == readers) {
          opened.complete(null);
        } else if (greeted + OPENING <= readers) {
          driver.connect(server, new Reader(), opened);
        }
      }
    }

    private static int comments(ByteBuf frame) {
      int count = 0;
      for (int at = 0; at + CREATED.length < frame.readableBytes(); at++) {
        count += isCreated(frame, at) ? 1 : 0;
      }
      return count;
    }

    private static boolean isCreated(ByteBuf in, int at) {
      for (int i = 0; i < CREATED.length; i++) {
        if (in.getByte(at + i) != CREATED[i]) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      failed(new IOException("the server closed a socket"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
      failed(failure);
    }
  }
}
