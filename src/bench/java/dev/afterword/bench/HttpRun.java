package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One run of the driver against one server. Confined to the driver's thread. */
final class HttpRun {
  private final Supplier<ByteBuf> requests;
  private final int status;
  private final int depth;
  private final Latencies latencies;
  private final CompletableFuture<Sample> done;
  private int open;
  private long errors;

  HttpRun(
      Supplier<ByteBuf> requests,
      int status,
      Load load,
      Latencies latencies,
      CompletableFuture<Sample> done) {
    this.requests = requests;
    this.status = status;
    this.depth = load.depth();
    this.open = load.connections();
    this.latencies = latencies;
    this.done = done;
  }

  Connection connection() {
    return new Connection();
  }

  private void hasEnded() {
    open--;
    if (open == 0) {
      done.complete(latencies.sample(errors));
    }
  }

  /** One connection: so many requests under way, answers in order. */
  private final class Connection extends ChannelInboundHandlerAdapter {
    private final AnswerReader answers = new AnswerReader();
    private final long[] sent = new long[depth];
    private long next;
    private long answered;
    private boolean over;

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      for (int i = 0; i < depth; i++) {
        send(ctx);
      }
      ctx.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
      var in = (ByteBuf) bytes;
      try {
        while (answers.read(in)) {
          hear(ctx, answers.status());
        }
      } finally {
        in.release();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
      if (over && answered == next) {
        var unused = ctx.close();
      }
    }

    private void hear(ChannelHandlerContext ctx, int heard) {
      long now = System.nanoTime();
      latencies.add(sent[(int) (answered++ % depth)], now);
      if (heard != status) {
        errors++;
      }
      if (latencies.isOver(now)) {
        over = true;
      } else {
        send(ctx);
      }
    }

    private void send(ChannelHandlerContext ctx) {
      sent[(int) (next++ % depth)] = System.nanoTime();
      var unused = ctx.write(requests.get(), ctx.voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (over && answered == next) {
        hasEnded();
      } else {
        done.completeExceptionally(new IOException("the server closed a connection"));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
      done.completeExceptionally(failure);
    }
  }
}
