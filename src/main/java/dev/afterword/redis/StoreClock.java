package dev.afterword.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What time it is for the store, so that processes whose clocks differ agree on the hour. Good for
 * labels, within the time of an answer; what has to be exact asks the store itself.
 *
 * <p>It asks now and then, on the event loop that started it; any thread may read it.
 */
public final class StoreClock {
  private static final Logger LOG = LoggerFactory.getLogger(StoreClock.class);
  private static final long PAUSE_MS = 10_000;

  /** What the store's clock is ahead of this process's time, which no clock's jump changes. */
  private volatile long ahead;

  /** Milliseconds since 1970. */
  public long now() {
    return uptime() + ahead;
  }

  /** Asks now and from now on, for as long as what runs on this event loop. */
  public Future<Void> watch(Vertx vertx, RedisLink link) {
    vertx.setPeriodic(
        PAUSE_MS,
        id ->
            ask(link)
                .onFailure(
                    failure -> LOG.debug("The store does not say what time it is", failure)));
    return ask(link);
  }

  private Future<Void> ask(RedisLink link) {
    return link.send(Request.cmd(Command.TIME)).map(this::told);
  }

  private @Nullable Void told(@Nullable Response time) {
    if (time != null) {
      ahead = time.get(0).toLong() * 1_000 + time.get(1).toLong() / 1_000 - uptime();
    }
    return null;
  }

  private static long uptime() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
