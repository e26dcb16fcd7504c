package dev.afterword.redis;

import dev.afterword.redis.StoreException.Kind;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.RequestGrouping;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one held, pipelined connection of an event loop (per node, on a cluster): six times the
 * throughput of a pool. Every call ends: with its answer, or within {@link #TIMEOUT_MS} with a
 * {@link StoreException}. A broken connection is replaced in the background with growing pauses;
 * meanwhile calls fail at once.
 *
 * <p>Confined to the event loop that opened it.
 */
public final class RedisLink {
  /** How long a call may wait for its answer, in milliseconds. */
  public static final long TIMEOUT_MS = 1_000;

  /** How many calls may be under way; beyond it they are refused unsent. */
  static final int MOST_UNDER_WAY = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
  private static final long SWEEP_MS = 50;
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 1_000;

  /** A connection that owes answers for this long without sending any is taken for dead. */
  private static final long DEAD_MS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final RedisAddress address;

  /** Whether the line ends at one server: then its silence is everybody's. */
  private final boolean single;

  private final ArrayDeque<Call<?>> calls = new ArrayDeque<>();
  private @Nullable Line line;
  private boolean replacing;
  private boolean closed;
  private int underWay;

  /** Why there is no new line yet: "it is loading" says more than "it is away". */
  private Kind absence = Kind.DOWN;

  /**
   * When the first call since the last answer ran out of time; 0 while answers come. Where there
   * are several nodes one may answer while another is dead: there, when calls began to run out of
   * time.
   */
  private long silentSince;

  private long lastTimeout;

  /** One call under way. */
  private static final class Call<T extends @Nullable Object> {
    final Promise<T> promise;
    final long deadline;

    Call(Promise<T> promise, long deadline) {
      this.promise = promise;
      this.deadline = deadline;
    }
  }

  /**
   * A connection with a client of its own: the client keeps a closed connection for its next user,
   * however dead it is, and ends it only with itself.
   */
  private record Line(Redis client, RedisConnection connection) {}

  private RedisLink(Vertx vertx, RedisAddress address) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.address = address;
    this.single =
        address.type() == RedisClientType.STANDALONE || address.type() == RedisClientType.SENTINEL;
    vertx.setPeriodic(SWEEP_MS, id -> sweep(id));
  }

  /**
   * Opens the link of the current event loop.
   *
   * @return the link once it is connected; fails with a {@link StoreException}
   */
  public static Future<RedisLink> open(Vertx vertx, RedisAddress address) {
    var link = new RedisLink(vertx, address);
    return link.connect()
        .map(
            first -> {
              link.adopt(first);
              return link;
            })
        .recover(
            failure ->
                link.close()
                    .transform(closed -> Future.failedFuture(StoreException.from(failure))));
  }

  /**
   * Sends one command.
   *
   * @return the reply ({@code null} for the protocol's null); fails with a {@link StoreException}
   */
  public Future<@Nullable Response> send(Request request) {
    return call(connection -> connection.send(request));
  }

  /** Publishes a message; while the store is away nobody hears it. */
  public void publish(String channel, String message) {
    var unused = send(Request.cmd(Command.PUBLISH).arg(channel).arg(message));
  }

  /**
   * Sends several commands in one go over one connection to one node, to which all that have keys
   * must lead; one without keys goes along.
   *
   * @return the replies in order; fails as a whole when one of them fails, with the first failure
   */
  Future<List<@Nullable Response>> batch(List<Request> requests) {
    return call(connection -> connection.batch(requests));
  }

  /**
   * Sends several commands, each with one key and each another object, in one go to each node that
   * they lead to.
   *
   * @return the reply of each, in order; a node that fails fails those of its own
   */
  public List<Future<@Nullable Response>> sendEach(List<Request> requests) {
    var promises = new IdentityHashMap<Request, Promise<@Nullable Response>>();
    var replies = new ArrayList<Future<@Nullable Response>>(requests.size());
    for (var request : requests) {
      Promise<@Nullable Response> promise = Promise.promise();
      promises.put(request, promise);
      replies.add(promise.future());
    }
    byNode(requests)
        .onSuccess(nodes -> nodes.forEach(node -> sendTogether(node, promises::get)))
        .onFailure(
            failure -> promises.values().forEach(each -> each.fail(StoreException.from(failure))));
    return replies;
  }

  /**
   * Sends several commands as {@link #sendEach} does.
   *
   * @return the replies in order; fails as a whole when one of them fails
   */
  public Future<List<@Nullable Response>> sendAll(List<Request> requests) {
    return Future.all(sendEach(requests)).map(CompositeFuture::list);
  }

  private void sendTogether(List<Request> node, Function<Request, Promise<Response>> promises) {
    var asked = node.stream().map(promises).toList();
    batch(node)
        .onComplete(
            (replies, failure) -> {
              // One error fails a batch: a slot may be on its way to another node, and a command
              // that is sent alone is led there.
              boolean again = failure instanceof StoreException why && !why.outcomeUnknown();
              for (int i = 0; i < node.size(); i++) {
                if (failure == null) {
                  asked.get(i).complete(replies.get(i));
                } else if (again) {
                  send(node.get(i)).onComplete(asked.get(i));
                } else {
                  asked.get(i).fail(failure);
                }
              }
            });
  }

  /** Sends one command to the server, or to each primary of a cluster. */
  Future<List<@Nullable Response>> sendToEachPrimary(Request request) {
    return call(
        connection ->
            address.type() == RedisClientType.CLUSTER
                ? RedisCluster.create(connection).onAllMasterNodes(request)
                : connection.send(request).map(List::of));
  }

  /** Which commands would go to the same node just now; each names one key. */
  Future<Collection<List<Request>>> byNode(List<Request> requests) {
    var current = line;
    if (current == null || address.type() != RedisClientType.CLUSTER) {
      return Future.succeededFuture(List.of(requests));
    }
    return safely(
        () ->
            RedisCluster.create(current.connection)
                .groupByNodes(requests)
                .map(RequestGrouping::getKeyed));
  }

  /** The client trips over a slot that no node serves. */
  private static <T extends @Nullable Object> Future<T> safely(Supplier<Future<T>> sending) {
    try {
      return sending.get();
    } catch (RuntimeException unserved) {
      return Future.failedFuture(
          new StoreException(Kind.CLUSTER_DOWN, "a slot is not served: " + unserved));
    }
  }

  private <T extends @Nullable Object> Future<T> call(Function<RedisConnection, Future<T>> send) {
    var current = line;
    if (current == null || (single && replacing)) {
      return Future.failedFuture(new StoreException(absence, "no connection to the store"));
    }
    if (single && silentSince != 0) {
      return Future.failedFuture(new StoreException(Kind.SLOW, "the store is silent"));
    }
    if (underWay >= MOST_UNDER_WAY) {
      return Future.failedFuture(new StoreException(Kind.BUSY, "too many calls under way"));
    }
    underWay++;
    var call = new Call<T>(Promise.promise(), now() + TIMEOUT_MS);
    calls.add(call);
    safely(() -> send.apply(current.connection))
        .onComplete((reply, failure) -> answered(call, current, reply, failure));
    return call.promise.future();
  }

  /** Ends the link; calls under way fail. */
  public Future<Void> close() {
    closed = true;
    var last = line;
    line = null;
    return last == null ? Future.succeededFuture() : last.client.close();
  }

  private <T extends @Nullable Object> void answered(
      Call<T> call, Line from, T reply, @Nullable Throwable failure) {
    underWay--;
    if (failure == null) {
      heard();
      call.promise.tryComplete(reply);
    } else {
      var why = StoreException.from(failure);
      if (why.kind() == Kind.DOWN) {
        replace(from);
      } else {
        heard();
      }
      call.promise.tryFail(why);
    }
    forgetAnswered();
  }

  private void heard() {
    if (single) {
      silentSince = 0;
    }
  }

  private void forgetAnswered() {
    for (var head = calls.peek(); head != null; head = calls.peek()) {
      if (!head.promise.future().isComplete()) {
        return;
      }
      calls.poll();
    }
  }

  /**
   * Time-outs are swept, not timed one by one: a timer for each call would cost more than the call.
   */
  private void sweep(long timer) {
    if (closed) {
      vertx.cancelTimer(timer);
    }
    long now = now();
    for (var head = calls.peek(); head != null && head.deadline <= now; head = calls.peek()) {
      calls.poll();
      if (head.promise.tryFail(new StoreException(Kind.SLOW, "no answer in time"))) {
        lastTimeout = now;
        silentSince = silentSince == 0 ? now : silentSince;
      }
    }
    if (silentSince != 0 && now - silentSince > DEAD_MS) {
      if (single || now - lastTimeout < 2 * TIMEOUT_MS) {
        giveUp(now - silentSince);
      }
      silentSince = 0;
    }
  }

  /** Takes the line for dead. Where there are several nodes, it goes on to serve the others. */
  private void giveUp(long silent) {
    LOG.warn("The store has been silent for {} ms", silent);
    var current = line;
    if (single && current != null) {
      line = null;
      current.client.close();
    }
    replace(null);
  }

  /**
   * Replaces a broken connection. On a cluster it serves the healthy nodes until the new one is
   * there.
   */
  private void replace(@Nullable Line broken) {
    if (closed || replacing || (broken != null && !broken.equals(line))) {
      return;
    }
    replacing = true;
    absence = Kind.DOWN;
    LOG.warn("The connection to the store broke; connecting anew");
    attempt(FIRST_PAUSE_MS);
  }

  private void attempt(long pauseMs) {
    connect()
        .onComplete(
            (fresh, failure) -> {
              if (fresh != null) {
                replacing = false;
                silentSince = 0;
                LOG.info("Connected to the store");
                adopt(fresh);
              } else if (!closed) {
                var why = StoreException.from(failure).kind();
                absence = why == Kind.LOADING ? why : Kind.DOWN;
                long jitter = ThreadLocalRandom.current().nextLong(pauseMs / 2 + 1);
                vertx.setTimer(
                    pauseMs + jitter, id -> attempt(Math.min(2 * pauseMs, LONGEST_PAUSE_MS)));
              }
            });
  }

  private Future<Line> connect() {
    var client = Redis.createClient(vertx, address.options());
    return client
        .connect()
        .compose(made -> made.send(Request.cmd(Command.PING)).map(pong -> new Line(client, made)))
        .timeout(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .onFailure(failed -> client.close());
  }

  private void adopt(Line fresh) {
    if (closed) {
      fresh.client.close();
      return;
    }
    var old = line;
    line = fresh;
    fresh.connection.endHandler(ended -> context.runOnContext(later -> replace(fresh)));
    fresh.connection.exceptionHandler(
        failure -> LOG.debug("store connection: {}", failure.getMessage()));
    if (old != null) {
      // Answers of the healthy nodes may still be on their way through the old connection.
      vertx.setTimer(2 * TIMEOUT_MS, id -> old.client.close());
    }
  }

  private static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
