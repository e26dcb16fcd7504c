package dev.afterword.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.afterword.redis.StoreException.Kind;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.Ports;
import dev.afterword.support.RedisCluster;
import dev.afterword.support.RedisServer;
import dev.afterword.support.Resp;
import dev.afterword.support.TcpProxy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every call ends, and a link heals by itself, whatever becomes of the connection. */
@NeedsCluster
class RedisLinkTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    for (var each : opened) {
      each.close();
    }
  }

  @Test
  void open_nobodyListens_failsAsDown() {
    var address = RedisAddress.of("redis://127.0.0.1:" + Ports.free());
    assertThat(kindOf(() -> await(() -> RedisLink.open(vertx, address)))).isEqualTo(Kind.DOWN);
  }

  @Test
  void send_frozenStore_failsInTimeAndThenAtOnceUntilItAnswers() {
    var server = keep(RedisServer.start());
    var link = open(RedisAddress.of(server.address()));
    server.pause();
    long start = System.nanoTime();
    assertThat(kindOf(() -> set(link, "a"))).isEqualTo(Kind.SLOW);
    assertThat(since(start)).isLessThan(1_500);

    start = System.nanoTime();
    assertThat(kindOf(() -> set(link, "a"))).isEqualTo(Kind.SLOW);
    assertThat(since(start)).as("refused unsent").isLessThan(200);

    server.resume();
    Eventually.passes("it serves again", () -> set(link, "a"));
  }

  @Test
  void send_killedStore_failsAtOnceAndHeals() {
    var server = keep(RedisServer.start());
    var link = open(RedisAddress.of(server.address()));
    set(link, "a");
    server.kill();
    assertThat(kindOf(() -> set(link, "a"))).isEqualTo(Kind.DOWN);
    long start = System.nanoTime();
    assertThat(kindOf(() -> set(link, "a"))).isEqualTo(Kind.DOWN);
    assertThat(since(start)).isLessThan(200);

    server.restart();
    start = System.nanoTime();
    Eventually.passes("it serves again", () -> set(link, "a"));
    System.out.println("Healed " + since(start) + " ms after the restart");
    assertThat(since(start)).isLessThan(2_500);
  }

  @Test
  void send_answerLost_failsAsDownAlthoughItWasDone() {
    var server = keep(RedisServer.start());
    var wire = keep(new TcpProxy(server.port()));
    var link = open(RedisAddress.of(wire.address()));
    wire.loseAnswerTo("done-once");
    assertThat(kindOf(() -> set(link, "done-once"))).isEqualTo(Kind.DOWN);
    try (Resp resp = server.connect()) {
      assertThat(resp.text("GET", "done-once")).isEqualTo("1");
    }
    Eventually.passes("it heals", () -> set(link, "b"));
  }

  /** A firewall that forgets a connection: nothing is closed, nothing comes back. */
  @Test
  void send_connectionSwallowed_isReplaced() {
    var server = keep(RedisServer.start());
    var wire = keep(new TcpProxy(server.port()));
    var link = open(RedisAddress.of(wire.address()));
    set(link, "a");
    wire.swallow();
    assertThat(kindOf(() -> set(link, "a"))).isEqualTo(Kind.SLOW);
    long start = System.nanoTime();
    Eventually.passes("a new connection", Duration.ofSeconds(12), () -> set(link, "a"));
    System.out.println("Replaced after " + since(start) + " ms");
    Eventually.holds("the old one is gone", () -> wire.open() == 1);
  }

  @Test
  void send_tooManyUnderWay_areRefusedUnsent() {
    var server = keep(RedisServer.start());
    var link = open(RedisAddress.of(server.address()));
    server.pause();
    var kinds = new CopyOnWriteArrayList<Kind>();
    int extra = 10;
    loop.runOnContext(
        turn -> {
          for (int i = 0; i < RedisLink.MOST_UNDER_WAY + extra; i++) {
            link.send(Request.cmd(Command.GET).arg("a"))
                .onFailure(failure -> kinds.add(((StoreException) failure).kind()));
          }
        });
    Eventually.holds("all have ended", () -> kinds.size() == RedisLink.MOST_UNDER_WAY + extra);
    assertThat(kinds.stream().filter(kind -> kind == Kind.BUSY)).hasSize(extra);
    assertThat(kinds.stream().filter(kind -> kind == Kind.SLOW)).hasSize(RedisLink.MOST_UNDER_WAY);
    server.resume();
    Eventually.passes("it serves again", () -> set(link, "a"));
  }

  @Test
  void send_loadingStore_saysSo() throws Exception {
    var server = keep(RedisServer.start());
    try (Resp resp = server.connect()) {
      for (int i = 0; i < 5_000; i++) {
        resp.send("SET", "key" + i, "some value");
      }
      for (int i = 0; i < 5_000; i++) {
        resp.read();
      }
    }
    var link = open(RedisAddress.of(server.address()));
    var seen = new HashSet<Kind>();
    // Half a millisecond for each key: long enough to be met, and undone below.
    var restart = new Thread(() -> server.restart("--key-load-delay", "500"));
    restart.start();
    Eventually.holds(
        "it is loading",
        () -> {
          seen.add(kindOf(() -> set(link, "a")));
          return seen.contains(Kind.LOADING);
        });
    restart.join();
    Eventually.passes("it serves again", Duration.ofSeconds(20), () -> set(link, "a"));
  }

  @Test
  void cluster_frozenNode_othersGoOn() {
    var cluster = keep(RedisCluster.start("--cluster-require-full-coverage", "no"));
    var link = open(cluster);
    var keys = keyOfEachNode(cluster);
    keys.forEach(key -> set(link, key));
    cluster.pause(1);
    assertThat(kindOf(() -> set(link, keys.get(1)))).isEqualTo(Kind.SLOW);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      set(link, keys.get(0));
      set(link, keys.get(2));
      assertThat(since(start)).isLessThan(1_000);
      var frozen = kindOf(() -> set(link, keys.get(1)));
      assertThat(frozen).isIn(Kind.SLOW, Kind.DOWN);
    }
    cluster.resume(1);
    Eventually.passes("the node is back", () -> keys.forEach(key -> set(link, key)));
  }

  @Test
  void cluster_killedNode_othersGoOn() {
    var cluster = keep(RedisCluster.start("--cluster-require-full-coverage", "no"));
    var link = open(cluster);
    var keys = keyOfEachNode(cluster);
    keys.forEach(key -> set(link, key));
    cluster.kill(1);
    var kinds = new HashSet<Kind>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    while (System.nanoTime() < end) {
      set(link, keys.get(0));
      set(link, keys.get(2));
      kinds.add(kindOf(() -> set(link, keys.get(1))));
    }
    assertThat(kinds).isSubsetOf(Set.of(Kind.DOWN, Kind.CLUSTER_DOWN, Kind.SLOW));
    cluster.restart(1);
    Eventually.passes("the node is back", () -> keys.forEach(key -> set(link, key)));
  }

  private static List<String> keyOfEachNode(RedisCluster cluster) {
    var keys = new ArrayList<String>();
    for (int node = 0; node < cluster.size(); node++) {
      for (int i = 0; keys.size() == node; i++) {
        if (cluster.nodeOf(cluster.slotOf("key" + i)) == node) {
          keys.add("key" + i);
        }
      }
    }
    return keys;
  }

  private RedisLink open(RedisCluster cluster) {
    return open(
        new RedisAddress(RedisClientType.CLUSTER, List.of(cluster.addresses().split(",", -1))));
  }

  private RedisLink open(RedisAddress address) {
    return await(() -> RedisLink.open(vertx, address));
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  private Response set(RedisLink link, String key) {
    return await(() -> link.send(Request.cmd(Command.SET).arg(key).arg("1")));
  }

  private static long since(long start) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** The kind of failure; {@code null} when it went well. */
  private static Kind kindOf(Runnable call) {
    var failure = catchThrowable(call::run);
    if (failure == null) {
      return null;
    }
    assertThat(failure).isInstanceOf(StoreException.class);
    return ((StoreException) failure).kind();
  }

  private <T> T await(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(turn -> work.get().onComplete(promise));
    try {
      return promise.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
