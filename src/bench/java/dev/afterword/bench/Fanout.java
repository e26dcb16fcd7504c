package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Many readers have one article open and somebody comments: how soon has everybody got it? The next
 * comment is posted when the last reader has the one before. Confined to the driver's thread, but
 * for {@link #open} and {@link #measure}.
 */
final class Fanout {
  private static final double OPEN_SECONDS = 30;
  private static final int OPENING = 50;
  private static final byte[] CREATED = "\"comment.created\"".getBytes(StandardCharsets.US_ASCII);
  private static final int TYPE_AT = "{\"type\":".length();

  private final Driver driver;
  private final URI server;
  private final int readers;
  private final String handshake;
  private final Supplier<ByteBuf> post;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private int greeted;
  private @Nullable Round round;

  /**
   * @param article the parameter that names it
   * @param post a comment on it
   */
  Fanout(Driver driver, URI server, int readers, String article, Supplier<ByteBuf> post) {
    this.driver = driver;
    this.server = server;
    this.readers = readers;
    this.post = post;
    this.handshake =
        Requests.get(
            "/api/v1/demo/live?" + article,
            """
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: YWZ0ZXJ3b3JkLWJlbmNoIQ==\r
            Sec-WebSocket-Protocol: afterword.v1\r
            """);
  }

  /** Opens the sockets, some at a time; returns when every one has been greeted. */
  void open() {
    for (int i = 0; i < OPENING; i++) {
      driver.connect(server, new Reader(), opened);
    }
    Driver.await(opened, OPEN_SECONDS);
  }

  /** Posts for some seconds, one comment at a time. */
  Sample measure(double seconds) {
    long now = System.nanoTime();
    var done = new CompletableFuture<Sample>();
    var latencies = new Latencies(now, now + (long) (seconds * 1e9));
    driver.connect(server, new Round(latencies, done), done);
    return Driver.await(done, seconds);
  }

  private void heard() {
    if (round != null) {
      round.heard();
    }
  }

  private void failed(Throwable failure) {
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
      latencies.add(posted, System.nanoTime());
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
      int type = from + TYPE_AT;
      if (length > TYPE_AT + CREATED.length && isCreated(in, type)) {
        heard();
      } else if (length > TYPE_AT + 1 && in.getByte(type + 1) == 'h') {
        greeted++;
        if (greeted == readers) {
          opened.complete(null);
        } else if (greeted + OPENING <= readers) {
          driver.connect(server, new Reader(), opened);
        }
      }
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
