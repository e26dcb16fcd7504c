package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From one network ten comments at once, then one every six seconds. */
@OnStore
class CommentRateTest {
  private static final String HELLO = "{\"text\":\"Hello\",\"author\":{\"name\":\"Ada\"}}";
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
  }

  @Test
  void theEleventh_hasToWait_andChangesNothing() {
    for (int i = 0; i < 10; i++) {
      var answer = post("203.0.113.7", "k" + i);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      assertThat(answer.headers().firstValue("RateLimit-Policy"))
          .contains("\"comments\";q=10;w=60");
      assertThat(answer.headers().firstValue("RateLimit").orElseThrow())
          .matches("\"comments\";r=[0-9];t=[0-9]+");
    }
    long before = keys();
    var refused = post("203.0.113.7", "k10");
    assertThat(refused.statusCode()).isEqualTo(429);
    int wait = Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow());
    assertThat(wait).isBetween(1, 6);
    assertThat(refused.headers().firstValue("RateLimit")).contains("\"comments\";r=0;t=" + wait);
    assertThat(refused.headers().firstValue("RateLimit-Policy")).contains("\"comments\";q=10;w=60");
    assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("rate-limited");
    assertThat(keys()).as("neither comment nor guest").isEqualTo(before);

    var replayed = post("203.0.113.7", "k3");
    assertThat(replayed.statusCode()).as("a replay is no comment more").isEqualTo(201);
    assertThat(replayed.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(post("203.0.113.8", "k10").statusCode()).as("another network").isEqualTo(201);
  }

  /** A household has 2^64 addresses. */
  @Test
  void an64_isOneNetwork() {
    for (int i = 0; i < 10; i++) {
      assertThat(post("2001:db8:1:2::" + i, "six" + i).statusCode()).isEqualTo(201);
    }
    assertThat(post("2001:db8:1:2:ffff::1", "six10").statusCode()).isEqualTo(429);
    assertThat(post("2001:db8:1:3::1", "six11").statusCode()).isEqualTo(201);
  }

  /** What a client writes itself stands left of what the proxy adds. */
  @Test
  void aClientsOwnWord_isNotBelieved() {
    for (int i = 0; i < 10; i++) {
      assertThat(post("10.0.0." + i + ", 203.0.113.9", "own" + i).statusCode()).isEqualTo(201);
    }
    assertThat(post("10.0.0.99, 203.0.113.9", "own10").statusCode()).isEqualTo(429);
  }

  @Test
  void refusedValues_useNothingUp() {
    for (int i = 0; i < 12; i++) {
      assertThat(
              server
                  .post(
                      "/api/v1/demo/comments?article=/a",
                      "{\"text\":\"x\",\"parent\":\"0123456789abcdefghij\",\"author\":{\"name\":\"A\"}}",
                      "X-Forwarded-For",
                      "203.0.113.10")
                  .statusCode())
          .isEqualTo(422);
    }
    assertThat(post("203.0.113.10", "after").statusCode()).isEqualTo(201);
  }

  private static HttpResponse<String> post(String from, String key) {
    return server.post(
        "/api/v1/demo/comments?article=/a", HELLO, "X-Forwarded-For", from, "Idempotency-Key", key);
  }

  private static long keys() {
    try (var store = TestStore.connect()) {
      return store.number("DBSIZE");
    }
  }
}
