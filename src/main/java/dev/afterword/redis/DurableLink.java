package dev.afterword.redis;

import dev.afterword.redis.StoreException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts whose answer is given only once enough replicas have what they wrote. Where no
 * replica is waited for, it is the event loop's other link and nothing more.
 *
 * <p>The scripts of a moment share a batch with one {@code WAIT} at its end. That asks about the
 * writes of its own connection, so it goes where they went, and it holds its connection up, so the
 * connection is one of its own with one batch at a time under way to each node: else, while a
 * replica is away, batches would queue behind each other's waits.
 *
 * <p>Scripts are sent whole: one that a node has forgotten would fail its batch, and only after the
 * wait.
 *
 * <p>A script that writes nothing is not confirmed by this: some stores say at once of a connection
 * with nothing new that all replicas have everything.
 *
 * <p>Confined to the event loop that opened it.
 */
public final class DurableLink {
  /** How long the replicas may take, in milliseconds: half of what a call may. */
  private static final long WAIT_MS = RedisLink.TIMEOUT_MS / 2;

  /** What has not been sent by then is given up, so that its caller hears within two seconds. */
  private static final long LATEST_MS = RedisLink.TIMEOUT_MS;

  private static final int LARGEST_BATCH = 64;

  /** Two batches for each node; beyond that calls are refused unsent. */
  private static final int MOST_WAITING = 2 * LARGEST_BATCH;

  private final Context context;
  private final RedisLink link;
  private final int replicas;

  private final ArrayDeque<Call> waiting = new ArrayDeque<>();

  /** The first call of each batch under way, by what tells its node. */
  private final Set<Request> underWay = Collections.newSetFromMap(new IdentityHashMap<>());

  private boolean flushing;

  /** One call of a script. */
  private static final class Call {
    final Script script;
    final List<String> keys;
    final List<?> args;

    /** A request that would go to the same node. */
    final Request place;

    final Promise<Response> promise = Promise.promise();
    final long latest = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LATEST_MS);

    Call(Script script, List<String> keys, List<?> args) {
      this.script = script;
      this.keys = keys;
      this.args = args;
      this.place = Request.cmd(Command.TYPE).arg(keys.get(0));
    }

    boolean isLate() {
      return System.nanoTime() - latest > 0;
    }

    void fail(Kind kind, String why) {
      promise.tryFail(new StoreException(kind, why));
    }
  }

  private DurableLink(Vertx vertx, RedisLink link, int replicas) {
    this.context = vertx.getOrCreateContext();
    this.link = link;
    this.replicas = replicas;
  }

  /** One that waits for no replica. */
  public static DurableLink over(Vertx vertx, RedisLink link) {
    return new DurableLink(vertx, link, 0);
  }

  /**
   * Opens the link of the current event loop.
   *
   * @param other the event loop's link for everything else
   * @param replicas how many replicas have to have what was written
   * @return the link once it is connected; fails with a {@link StoreException}
   */
  public static Future<DurableLink> open(
      Vertx vertx, RedisAddress address, RedisLink other, int replicas) {
    return replicas == 0
        ? Future.succeededFuture(over(vertx, other))
        : RedisLink.open(vertx, address).map(own -> new DurableLink(vertx, own, replicas));
  }

  /** Whether replicas are waited for. */
  public boolean waits() {
    return replicas > 0;
  }

  /**
   * Runs a script.
   *
   * @return its reply as {@link Script#run} gives it; fails with {@link Kind#UNCONFIRMED} when too
   *     few replicas have it in time, though it may have been carried out
   */
  public Future<Response> run(Script script, List<String> keys, List<?> args) {
    if (!waits()) {
      return script.run(link, keys, args);
    }
    var call = new Call(script, keys, args);
    waiting.add(call);
    flushSoon();
    return call.promise.future();
  }

  /** Ends the connection of its own, if there is one; calls under way fail. */
  public Future<Void> close() {
    return waits() ? link.close() : Future.succeededFuture();
  }

  /** At the end of this turn of the loop: what arrived with the same read shares the batch. */
  private void flushSoon() {
    if (!flushing) {
      flushing = true;
      context.runOnContext(turn -> flush());
    }
  }

  private void flush() {
    flushing = false;
    if (waiting.isEmpty()) {
      return;
    }
    var places = new ArrayList<Request>(underWay);
    var calls = new IdentityHashMap<Request, Call>();
    waiting.forEach(
        call -> {
          places.add(call.place);
          calls.put(call.place, call);
        });
    link.byNode(places)
        .onSuccess(
            nodes ->
                nodes.forEach(
                    node -> {
                      var here = node.stream().map(calls::get).filter(Objects::nonNull).toList();
                      sendTo(here, here.size() < node.size());
                    }))
        .onFailure(
            failure -> {
              waiting.removeAll(calls.values());
              calls.values().forEach(call -> call.promise.tryFail(failure));
            });
  }

  /** Sends what waits for a node, unless the node is busy with a batch. */
  private void sendTo(List<Call> calls, boolean busy) {
    int now = busy ? 0 : Math.min(LARGEST_BATCH, calls.size());
    if (now > 0) {
      send(calls.subList(0, now));
    }
    int kept = Math.min(now + MOST_WAITING, calls.size());
    for (var call : calls.subList(kept, calls.size())) {
      waiting.remove(call);
      call.fail(Kind.BUSY, "too many calls wait for replicas");
    }
  }

  private void send(List<Call> gathered) {
    waiting.removeAll(gathered);
    var first = gathered.get(0).place;
    underWay.add(first);
    confirm(inTime(gathered, Kind.BUSY))
        .onComplete(
            done -> {
              underWay.remove(first);
              flushSoon();
            });
  }

  /** Those for which there is time; the others fail. */
  private static List<Call> inTime(List<Call> calls, Kind otherwise) {
    calls.stream()
        .filter(Call::isLate)
        .forEach(call -> call.fail(otherwise, "no time left to ask the replicas"));
    return calls.stream().filter(call -> !call.promise.future().isComplete()).toList();
  }

  /**
   * Carries out a batch and answers its calls.
   *
   * @return when all are answered; never fails
   */
  private Future<Void> confirm(List<Call> calls) {
    if (calls.isEmpty()) {
      return Future.succeededFuture();
    }
    var requests = new ArrayList<Request>(calls.size() + 1);
    calls.forEach(call -> requests.add(call.script.whole(call.keys, call.args)));
    requests.add(Request.cmd(Command.WAIT).arg(replicas).arg(WAIT_MS));
    return link.batch(requests)
        .transform(
            (replies, failure) -> {
              if (failure == null) {
                answer(calls, replies);
                return Future.succeededFuture();
              }
              return again(calls, (StoreException) failure);
            });
  }

  private void answer(List<Call> calls, List<@Nullable Response> replies) {
    var last = replies.get(calls.size());
    int confirmed = last == null ? 0 : last.toInteger();
    for (int i = 0; i < calls.size(); i++) {
      var call = calls.get(i);
      if (confirmed >= replicas) {
        call.script.answer(replies.get(i)).onComplete(call.promise);
      } else {
        call.fail(Kind.UNCONFIRMED, confirmed + " of " + replicas + " replicas have it");
      }
    }
  }

  /**
   * A batch of which one command failed has failed: the client tells no other's reply, and the
   * {@code WAIT} says nothing. So, one after the other, each is asked alone.
   */
  private Future<Void> again(List<Call> calls, StoreException failure) {
    boolean carriedOut = !failure.outcomeUnknown() && failure.kind() != Kind.BUSY;
    if (!carriedOut || calls.size() == 1) {
      calls.forEach(call -> call.promise.tryFail(failure));
      return Future.succeededFuture();
    }
    Future<Void> turn = Future.succeededFuture();
    for (var call : calls) {
      turn = turn.compose(done -> confirm(inTime(List.of(call), Kind.UNCONFIRMED)));
    }
    return turn;
  }
}
