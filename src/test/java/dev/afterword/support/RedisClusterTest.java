package dev.afterword.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@NeedsCluster
class RedisClusterTest {
  @Test
  void servesAllSlotsFromThreeNodes() {
    RedisCluster cluster = RedisCluster.shared();
    assertThat(cluster.addresses().split(",", -1)).hasSize(3);
    for (int i = 0; i < 30; i++) {
      String key = "key" + i;
      try (Resp resp = cluster.connect(key)) {
        assertThat(resp.text("SET", key, "there")).isEqualTo("OK");
      }
    }
    assertThat(cluster.nodeOf(0)).isEqualTo(0);
    assertThat(cluster.nodeOf(16_383)).isEqualTo(2);
  }

  @Test
  void movesASlotStepByStep() {
    RedisCluster cluster = RedisCluster.shared();
    int slot = cluster.slotOf("{tag}");
    int from = cluster.nodeOf(slot);
    int to = (from + 1) % cluster.size();
    try (Resp resp = cluster.connect(from)) {
      resp.call("SET", "{tag}moved", "1");
      resp.call("SET", "{tag}stays", "1");

      cluster.migrate(slot, from, to);
      cluster.moveKey("{tag}moved", from, to);

      assertThat(resp.text("GET", "{tag}stays")).isEqualTo("1");
      assertThatThrownBy(() -> resp.call("GET", "{tag}moved")).hasMessageStartingWith("ASK ");
      assertThatThrownBy(() -> resp.call("MGET", "{tag}moved", "{tag}stays"))
          .hasMessageStartingWith("TRYAGAIN");

      cluster.finish(slot, from, to);
      assertThatThrownBy(() -> resp.call("GET", "{tag}stays")).hasMessageStartingWith("MOVED ");
    }
    assertThat(cluster.nodeOf(slot)).isEqualTo(to);
    cluster.migrate(slot, to, from);
    cluster.finish(slot, to, from);
  }

  @Test
  void losesANodeAndGetsItBackWithItsData() {
    try (RedisCluster cluster = RedisCluster.start()) {
      int node = cluster.nodeOf(cluster.slotOf("kept"));
      try (Resp resp = cluster.connect(node)) {
        resp.call("SET", "kept", "1");
      }
      cluster.kill(node);
      assertThatThrownBy(() -> cluster.connect(node)).hasMessageStartingWith("Cannot connect");
      cluster.restart(node);
      try (Resp resp = cluster.connect(node)) {
        assertThat(resp.text("GET", "kept")).isEqualTo("1");
      }
    }
  }

  @Test
  void aFrozenServerAnswersWhenItIsResumed() {
    try (RedisServer server = RedisServer.start();
        Resp resp = Resp.connect(server.address(), Duration.ofMillis(200))) {
      server.pause();
      assertThatThrownBy(() -> resp.call("PING"))
          .hasRootCauseInstanceOf(SocketTimeoutException.class);
      server.resume();
      assertThat(resp.read()).isEqualTo("PONG");
    }
  }
}
