package dev.afterword.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process's one pub/sub connection. When it breaks it connects anew and subscribes again to all
 * channels; their listeners hear of both, because what was published in between is lost and has to
 * be read elsewhere.
 *
 * <p>Confined to the event loop that opened it. The connection sends nothing but (un)subscriptions:
 * the client would mistake a push that overtakes another command's answer for that answer.
 */
public final class RedisSubscriber {
  private static final Logger LOG = LoggerFactory.getLogger(RedisSubscriber.class);
  private static final long LONGEST_PAUSE_MS = 1_000;

  /** Hears what is published, and of gaps in it. All calls are made on the subscriber's loop. */
  public interface Listener {
    /** A message was published on a channel. */
    void published(String channel, String message);

    /**
     * A subscription stands: what is published from now on is heard. Also after each re-connection.
     */
    void subscribed(String channel);

    /** The connection broke: from some moment before now nothing was heard. */
    void lost();
  }

  private final Vertx vertx;
  private final Context context;
  private final List<RedisAddress> nodes;

  /** Channels wanted, and who hears them. */
  private final Map<String, Listener> channels = new HashMap<>();

  private @Nullable RedisConnection connection;
  private @Nullable Redis client;
  private int tries;
  private boolean connecting;
  private boolean closed;

  /** Prepares the subscriber of the current event loop; it connects with the first subscription. */
  public RedisSubscriber(Vertx vertx, RedisAddress address) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.nodes = address.each();
  }

  /** Wants a channel; {@link Listener#subscribed} tells when it is heard. */
  public void subscribe(String channel, Listener listener) {
    if (channels.putIfAbsent(channel, listener) == null) {
      var current = connection;
      if (current == null) {
        connect(50);
      } else {
        current.send(Request.cmd(Command.SUBSCRIBE).arg(channel));
      }
    }
  }

  /** No longer wants a channel. */
  public void unsubscribe(String channel) {
    var current = connection;
    if (channels.remove(channel) != null && current != null) {
      current.send(Request.cmd(Command.UNSUBSCRIBE).arg(channel));
    }
  }

  /** Ends it. */
  public Future<Void> close() {
    closed = true;
    connection = null;
    var last = client;
    return last == null ? Future.succeededFuture() : last.close();
  }

  private void connect(long pauseMs) {
    if (closed || connecting) {
      return;
    }
    connecting = true;
    // What is published on one node of a cluster is heard on each; when one is gone, on another.
    var fresh = Redis.createClient(vertx, nodes.get(tries++ % nodes.size()).options());
    fresh
        .connect()
        .timeout(2 * RedisLink.TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .onFailure(failed -> fresh.close())
        .onComplete(
            (made, failure) -> {
              connecting = false;
              if (made != null) {
                client = fresh;
                adopt(made);
              } else if (!closed) {
                vertx.setTimer(pauseMs, id -> connect(Math.min(2 * pauseMs, LONGEST_PAUSE_MS)));
              }
            });
  }

  private void adopt(RedisConnection made) {
    connection = made;
    made.handler(this::heard);
    made.exceptionHandler(failure -> LOG.debug("subscription: {}", failure.getMessage()));
    made.endHandler(ended -> context.runOnContext(later -> drop(made)));
    channels.keySet().forEach(each -> made.send(Request.cmd(Command.SUBSCRIBE).arg(each)));
  }

  private void drop(@Nullable RedisConnection broken) {
    if (broken == null || broken != connection || closed) {
      return;
    }
    LOG.warn("The subscription to the store broke; subscribing anew");
    connection = null;
    broken.endHandler(null);
    broken.handler(null);
    var old = client;
    if (old != null) {
      old.close();
    }
    Set.copyOf(channels.values()).forEach(Listener::lost);
    connect(50);
  }

  private void heard(@Nullable Response push) {
    if (push == null || push.size() < 3) {
      return;
    }
    var kind = push.get(0).toString();
    var channel = push.get(1).toString();
    var listener = channels.get(channel);
    if (listener == null) {
      return;
    }
    if (kind.equals("message")) {
      listener.published(channel, push.get(2).toString());
    } else if (kind.equals("subscribe")) {
      listener.subscribed(channel);
    }
  }
}
