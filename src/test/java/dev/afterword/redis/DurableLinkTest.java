package dev.afterword.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.redis.StoreException.Kind;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.RedisServer;
import dev.afterword.support.Resp;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What shares a batch shares a wait and nothing else. */
@NeedsCluster
@Timeout(60)
class DurableLinkTest {
  private static final Script KEEP = Script.of(DurableLinkTest.class, "keep.lua");

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final RedisServer primary = RedisServer.start();
  private final RedisServer replica = primary.startReplica(primary.port());
  private DurableLink link;

  @BeforeEach
  void open() throws Exception {
    var address = RedisAddress.of(primary.address());
    var opening =
        Future.<DurableLink>future(
            promise ->
                loop.runOnContext(
                    turn ->
                        RedisLink.open(vertx, address)
                            .compose(other -> DurableLink.open(vertx, address, other, 1))
                            .onComplete(promise)));
    link = opening.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    replica.close();
    primary.close();
  }

  /** Keeps values in one turn of the loop, each under its place, and says what became of each. */
  private List<String> keep(List<String> values) {
    var outcomes = new ConcurrentHashMap<Integer, String>();
    loop.runOnContext(
        turn -> {
          for (int i = 0; i < values.size(); i++) {
            int place = i;
            link.run(KEEP, List.of("{tag}" + place), List.of(values.get(i)))
                .onComplete(
                    (reply, failure) ->
                        outcomes.put(
                            place,
                            failure == null
                                ? reply.toString()
                                : ((StoreException) failure).kind().name()));
          }
        });
    Eventually.holds("every call ends", () -> outcomes.size() == values.size());
    return IntStream.range(0, values.size()).mapToObj(outcomes::get).toList();
  }

  @Test
  void oneFails_theOthersAreAnswered() {
    assertThat(keep(List.of("a", "bad", "c"))).containsExactly("a", "BROKEN", "c");
    try (Resp copy = replica.connect()) {
      assertThat(copy.list("MGET", "{tag}0", "{tag}1", "{tag}2")).containsExactly("a", null, "c");
    }
  }

  @Test
  void oneFailsAndTheReplicaIsFrozen_noneIsAnsweredAndAllEndInTime() {
    keep(List.of("a"));
    replica.pause();
    long start = System.nanoTime();
    var values = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      values.add(i == 0 ? "bad" : "value" + i);
    }
    assertThat(keep(values)).allMatch(each -> each.equals("UNCONFIRMED") || each.equals("BROKEN"));
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(2_000);
    replica.resume();
    Eventually.passes("it goes on", () -> assertThat(keep(List.of("b"))).containsExactly("b"));
  }

  @Test
  void tooManyWait_theLastAreRefusedUnsent() {
    keep(List.of("a"));
    replica.pause();
    long start = System.nanoTime();
    var outcomes = keep(IntStream.range(0, 200).mapToObj(i -> "value" + i).toList());
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(2_000);
    assertThat(outcomes.subList(0, 64)).containsOnly(Kind.UNCONFIRMED.name());
    assertThat(outcomes).containsOnly(Kind.UNCONFIRMED.name(), Kind.BUSY.name());
    assertThat(outcomes.subList(192, 200)).containsOnly(Kind.BUSY.name());
    try (Resp resp = primary.connect()) {
      for (int i = 0; i < outcomes.size(); i++) {
        boolean sent = outcomes.get(i).equals(Kind.UNCONFIRMED.name());
        assertThat(resp.call("GET", "{tag}" + i)).isEqualTo(sent ? "value" + i : null);
      }
    }
    replica.resume();
    assertThat(keep(List.of("b"))).containsExactly("b");
  }

  @Test
  void full_isToldAsFull() {
    keep(List.of("a"));
    try (Resp resp = primary.connect()) {
      resp.call("CONFIG", "SET", "maxmemory", "1");
      assertThat(keep(List.of("b", "c"))).containsOnly(Kind.FULL.name());
      resp.call("CONFIG", "SET", "maxmemory", "0");
    }
    assertThat(keep(List.of("b", "c"))).containsExactly("b", "c");
  }

  @Test
  void primaryKilled_isDownAndHeals() {
    keep(List.of("a"));
    primary.kill();
    assertThat(keep(List.of("b", "c"))).containsOnly(Kind.DOWN.name());
    primary.restart();
    Eventually.passes("it heals", () -> assertThat(keep(List.of("b"))).containsExactly("b"));
  }
}
