package dev.afterword.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.identity.Caller;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import dev.afterword.support.RedisServer;
import dev.afterword.support.TcpProxy;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is on a socket, and what that lets them say; on two processes with one store. */
@OnStore
@Tag("clock")
@Timeout(120)
class TokensTest {
  /** Longer than it takes until a token is looked at again. */
  private static final Duration RECHECKED = Duration.ofSeconds(20);

  private static TestServer one;
  private static TestServer two;
  private String article;

  @BeforeAll
  static void start() {
    one = TestServer.unlimited();
    two = TestServer.unlimited();
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
  }

  @BeforeEach
  void anArticleOfItsOwn(TestInfo test) {
    article = "/" + test.getDisplayName().replaceAll("[^a-zA-Z0-9]", "");
  }

  @Test
  void aTokenInAMessage_isAnsweredWithItsAuthor() {
    var guest = guest("Ada");
    try (var client = open(one)) {
      client.say(auth(guest.getString("token")));
      var answer = client.await("auth");
      assertThat(answer.getJsonObject("author")).isEqualTo(guest.getJsonObject("author"));
      assertThat(answer.fieldNames()).containsExactly("type", "author");
      client.say(auth(one.addStaff("demo", Caller.Role.VIEWER)));
      client.await("auth", each -> each.getJsonObject("author").getString("kind").equals("staff"));
    }
  }

  @Test
  void aTokenAsASubProtocol_isAnsweredWithItsAuthorAndNotRepeated() {
    var guest = guest("Ada");
    var query = "article=" + article;
    try (var client = LiveClient.openAs(guest.getString("token"), one.url(), "demo", query)) {
      assertThat(client.await("auth").getJsonObject("author"))
          .isEqualTo(guest.getJsonObject("author"));
      client.await("hello");
      assertThat(client.protocol()).isEqualTo("afterword.v1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nonsense", "gt_", "gt_gAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAA", "aw_nobody"})
  void aTokenOfNobody_closes4401(String token) {
    try (var client = open(one)) {
      client.say(auth(token));
      Eventually.holds("closed", () -> client.code() == 4401);
    }
    try (var client = LiveClient.openAs(token, one.url(), "demo", "article=" + article)) {
      Eventually.holds("closed", () -> client.code() == 4401);
    }
  }

  @Test
  void aTokenOfAnotherSite_closes4401() {
    one.addSite("elsewhere", "https://elsewhere.example");
    var stranger = one.addStaff("elsewhere", Caller.Role.OWNER);
    try (var client = open(one)) {
      client.say(auth(stranger));
      Eventually.holds("closed", () -> client.code() == 4401);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"type\":\"auth\"}", "{\"type\":\"auth\",\"token\":7}", "{\"type\":\"typing\"}"})
  void halfAMessage_closes4000(String message) {
    try (var client = open(one)) {
      client.say(message);
      Eventually.holds("closed", () -> client.code() == 4000);
    }
  }

  @Test
  void aTokenThatIsVoidByNow_closes4401() {
    var guest = guest("Ada");
    try (var client = open(one);
        var other = open(two)) {
      client.say(auth(guest.getString("token")));
      client.await("auth");
      other.say(auth(guest("Ben").getString("token")));
      other.await("auth");
      forget(guest);
      Eventually.holds("closed", RECHECKED, () -> client.code() == 4401);
      assertThat(client.messages("auth")).hasSize(1);
      assertThat(other.code()).isZero();
    }
  }

  @Test
  void typing_isToldEverywhere() {
    var guest = guest("Ada");
    try (var client = open(one);
        var near = open(one);
        var far = open(two)) {
      client.say(auth(guest.getString("token")));
      client.say(typing());
      for (var each : List.of(near, far)) {
        var told = each.await("typing");
        assertThat(told.getString("article")).isEqualTo(article);
        assertThat(told.getJsonObject("author")).isEqualTo(guest.getJsonObject("author"));
        assertThat(told.fieldNames()).containsExactlyInAnyOrder("type", "article", "author");
      }
    }
  }

  @Test
  void typingOfMany_isGatheredAndTheLatestIsTold() {
    try (var client = open(one);
        var watching = open(two)) {
      client.say(auth(guest("Ada").getString("token")));
      client.await("auth");
      for (int i = 0; i < 500; i++) {
        client.say(typing());
      }
      client.say(auth(guest("Zoe").getString("token")));
      client.say(typing());
      watching.await(
          "typing", each -> each.getJsonObject("author").getString("name").equals("Zoe"));
      assertThat(watching.messages("typing").size()).isLessThan(20);
    }
  }

  @Test
  void typingOfNobody_closes4403AndIsNotTold() {
    try (var client = open(one);
        var watching = open(one)) {
      client.say(typing());
      Eventually.holds("closed", () -> client.code() == 4403);
      watching.say(auth(guest("Ada").getString("token")));
      watching.say(typing());
      watching.await("typing");
      assertThat(watching.messages("typing")).hasSize(1);
    }
  }

  @Test
  void typingWithATokenThatIsVoidByNow_closes4401AndIsNotTold() {
    var guest = guest("Ada");
    try (var client = open(one);
        var watching = open(one)) {
      client.say(auth(guest.getString("token")));
      client.await("auth");
      forget(guest);
      client.say(typing());
      Eventually.holds("closed", () -> client.code() == 4401);
      watching.say(auth(guest("Ben").getString("token")));
      watching.say(typing());
      assertThat(watching.await("typing").getJsonObject("author").getString("name"))
          .isEqualTo("Ben");
    }
  }

  @Test
  void typingOnAnArticleThatIsNotWatched_closes4000() {
    try (var client = open(one)) {
      client.say(auth(guest("Ada").getString("token")));
      client.say("{\"type\":\"typing\",\"article\":\"/elsewhere\"}");
      Eventually.holds("closed", () -> client.code() == 4000);
    }
  }

  @Test
  void whileTheStoreIsSilent_aTokenWaitsAndTheSocketStays() {
    try (var store = RedisServer.start();
        var wire = new TcpProxy(store.port());
        var beyond = TestServer.start(Map.of("AFTERWORD_REDIS", wire.address()));
        var client = open(beyond)) {
      var guest = guest(beyond, "Ada");
      wire.loseAnswers();
      client.say(auth(guest.getString("token")));
      Eventually.holds("an answer was lost", () -> wire.lost() > 0);
      wire.bringAnswers();
      Eventually.holds("answered", RECHECKED, () -> !client.messages("auth").isEmpty());
      assertThat(client.code()).isZero();
    }
  }

  private LiveClient open(TestServer server) {
    var client = LiveClient.open(server.url(), "demo", "article=" + article);
    client.await("hello");
    return client;
  }

  private static JsonObject guest(String name) {
    return guest(one, name);
  }

  private static JsonObject guest(TestServer server, String name) {
    var answer =
        server.post("/api/v1/demo/guests", new JsonObject().put("name", name).encode()).body();
    return new JsonObject(answer);
  }

  /** As a ban or an erasure will. */
  private static void forget(JsonObject guest) {
    try (var store = TestStore.connect()) {
      var id = guest.getJsonObject("author").getString("id");
      assertThat(store.number("DEL", "{demo}:g:" + id)).isOne();
    }
  }

  private static String auth(String token) {
    return new JsonObject().put("type", "auth").put("token", token).encode();
  }

  private String typing() {
    return new JsonObject().put("type", "typing").put("article", article).encode();
  }
}
