package dev.afterword.live;

import static dev.afterword.live.ReadersTest.awaitTold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.RedisServer;
import dev.afterword.support.TcpProxy;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers of a process that is not heard of any more, and of one that hears nothing itself. */
@NeedsCluster
@Timeout(120)
class SilentProcessTest {
  /** The time for which it is believed, the heartbeat of another that then notices, and more. */
  private static final Duration LIFETIME = Duration.ofMillis(2 * ReadersStore.BELIEVED_MS);

  private RedisServer store;
  private TcpProxy wire;
  private TestServer one;
  private TestServer two;

  @BeforeEach
  void start() {
    store = RedisServer.start();
    wire = new TcpProxy(store.port());
    one = TestServer.start(Map.of("AFTERWORD_REDIS", store.address()));
    two = TestServer.start(Map.of("AFTERWORD_REDIS", wire.address()));
  }

  @AfterEach
  void stop() {
    two.close();
    one.close();
    wire.close();
    store.close();
  }

  @Test
  void processThatFallsSilent_isForgotten() {
    try (var ada = open(one);
        var ben = open(two)) {
      awaitTold(ada, Eventually.PATIENCE, 2);
      awaitTold(ben, Eventually.PATIENCE, 2);
      wire.close();
      ben.await("degraded");
      awaitTold(ada, LIFETIME, 1);
      assertThat(number()).isEqualTo(1);
      assertThat(ben.code()).as("its own sockets stay open").isZero();
    }
  }

  @Test
  void storeAway_socketsStay_andAreCountedAgain() {
    try (var ada = open(one);
        var ben = open(two);
        var cem = LiveClient.open(one.url(), "demo", "article=/elsewhere")) {
      awaitTold(ada, Eventually.PATIENCE, 2);
      awaitTold(ben, Eventually.PATIENCE, 2);
      cem.await("hello");
      store.stop();
      ada.await("degraded");
      ben.await("degraded");
      cem.say("{\"type\":\"subscribe\",\"article\":\"/silent\"}");
      var hello = cem.await("hello", message -> message.getString("article").equals("/silent"));
      assertThat(hello.getInteger("readers")).as("known before, or open here").isEqualTo(2);
      store.restart();
      ada.await("restored");
      for (var client : new LiveClient[] {ada, ben, cem}) {
        awaitTold(client, LIFETIME, 3);
      }
      Eventually.passes("article tells them", () -> assertThat(number()).isEqualTo(3));
      assertThat(ada.code() + ben.code() + cem.code()).as("all sockets stayed open").isZero();
    }
  }

  private static LiveClient open(TestServer server) {
    return LiveClient.open(server.url(), "demo", "article=/silent");
  }

  private int number() {
    var answer = one.get("/api/v1/demo/article?article=/silent");
    return new JsonObject(answer.body()).getInteger("readers");
  }
}
