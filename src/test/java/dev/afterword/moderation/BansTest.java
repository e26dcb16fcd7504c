package dev.afterword.moderation;

import static java.util.concurrent.CompletableFuture.runAsync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is banned writes nothing, on any process, until the ban ends or is taken back. */
@OnStore
@Timeout(120)
class BansTest {
  private static TestServer server;
  private static TestServer other;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of("AFTERWORD_TRUSTED_PROXIES", "127.0.0.1/32"));
    server.addSite("bans", "https://bans.example");
    desk = server.desk("bans", Role.MODERATOR);
    other = TestServer.unlimited();
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  private static HttpResponse<String> post(TestServer where, String token, String network) {
    var draft = new JsonObject().put("text", "hello");
    if (token == null) {
      draft.put("author", new JsonObject().put("name", "Ada"));
    }
    var as = token == null ? new String[0] : new String[] {"Authorization", "Bearer " + token};
    var headers = new String[as.length + 2];
    headers[0] = "X-Forwarded-For";
    headers[1] = network;
    System.arraycopy(as, 0, headers, 2, as.length);
    return where.post(desk.path("comments?article=/a"), draft.encode(), headers);
  }

  private static String code(HttpResponse<String> answer) {
    return answer.statusCode() < 300 ? "" : new JsonObject(answer.body()).getString("code");
  }

  private static JsonObject posted(String network) {
    return new JsonObject(post(server, null, network).body());
  }

  private static String author(JsonObject posted) {
    return posted.getJsonObject("comment").getJsonObject("author").getString("id");
  }

  @Test
  void whoIsBanned_doesNothingMoreAnywhere_untilThatIsTakenBack() {
    var posted = posted("192.0.2.1");
    var token = posted.getString("token");
    var victim = posted("192.0.2.2").getJsonObject("comment").getString("id");
    var ban =
        desk.done("PUT", "admin/bans/" + author(posted), new JsonObject().put("reason", "Insults"));
    assertThat(ban.getString("reason")).isEqualTo("Insults");
    for (var where : List.of(server, other)) {
      assertThat(code(post(where, token, "198.51.100.1"))).isEqualTo("banned");
      for (var write :
          List.of(
              new String[] {"PUT", "comments/" + victim + "/vote", "{\"value\":1}"},
              new String[] {"POST", "comments/" + victim + "/reports", "{\"reason\":\"spam\"}"},
              new String[] {"PUT", "reactions/like?article=/a", ""},
              new String[] {
                "PATCH",
                "comments/" + posted.getJsonObject("comment").getString("id"),
                "{\"text\":\"edited\"}"
              })) {
        var answer =
            where.send(
                write[0],
                desk.path(write[1]),
                write[2],
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/json");
        assertThat(code(answer)).as(write[1]).isEqualTo("banned");
        assertThat(answer.statusCode()).isEqualTo(403);
      }
    }
    assertThat(post(server, null, "192.0.2.1").statusCode()).as("others may").isEqualTo(201);
    assertThat(desk.get("admin/bans").encode()).contains(author(posted));
    var undone = desk.undo(ban);
    assertThat(post(server, token, "192.0.2.1").statusCode()).isEqualTo(201);
    desk.undo(undone);
    assertThat(code(post(server, token, "192.0.2.1"))).isEqualTo("banned");
    desk.done("DELETE", "admin/bans/" + author(posted), null);
    assertThat(post(server, token, "192.0.2.1").statusCode()).isEqualTo(201);
    assertThat(desk.send("DELETE", "admin/bans/" + author(posted), null).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aNetwork_isBannedWithItsAuthor() {
    var posted = posted("203.0.113.7");
    var ban =
        desk.done("PUT", "admin/bans/" + author(posted), new JsonObject().put("network", true));
    assertThat(ban.getBoolean("network")).isTrue();
    assertThat(code(post(server, null, "203.0.113.7"))).isEqualTo("banned");
    assertThat(post(server, null, "203.0.113.200").statusCode()).isEqualTo(201);
    var guest = server.post(desk.path("guests"), "{}", "X-Forwarded-For", "203.0.113.7");
    assertThat(code(guest)).isEqualTo("banned");
    assertThat(desk.get("admin/bans").encode() + desk.get("admin/audit").encode())
        .doesNotContain("203.0.113", "n:");
    desk.undo(ban);
    assertThat(post(server, null, "203.0.113.7").statusCode()).isEqualTo(201);
  }

  private static JsonObject banNetwork(JsonObject posted, Instant until, boolean shadow) {
    var call = new JsonObject().put("network", true).put("shadow", shadow);
    call.put("until", until == null ? null : until.toString());
    return desk.done("PUT", "admin/bans/" + author(posted), call);
  }

  @Test
  void aNetwork_isBannedUntilTheLastBanOfItIsGone() {
    var network = "203.0.113.17";
    var one = posted(network);
    var two = posted(network);
    var first = banNetwork(one, null, false);
    var second = banNetwork(two, Instant.now().plusSeconds(3_600), false);
    desk.done("DELETE", "admin/bans/" + author(one), null);
    assertThat(code(post(server, null, network))).isEqualTo("banned");
    var third = banNetwork(one, null, false);
    desk.done("PUT", "admin/bans/" + author(one), new JsonObject());
    assertThat(code(post(other, null, network))).as("replaced").isEqualTo("banned");
    desk.undo(second);
    assertThat(post(server, null, network).statusCode()).isEqualTo(201);
    var late = desk.send("POST", "admin/verdicts/" + third.getString("verdict") + "/undo", null);
    assertThat(late.body()).contains("changed-since");

    desk.done("DELETE", "admin/bans/" + author(one), null);
    var again = banNetwork(one, null, false);
    var beside = banNetwork(two, Instant.now().plusSeconds(3_600), false);
    var undone = desk.undo(again);
    assertThat(code(post(server, null, network))).as("of the other").isEqualTo("banned");
    desk.undo(beside);
    assertThat(post(server, null, network).statusCode()).isEqualTo(201);
    desk.undo(undone);
    assertThat(code(post(server, null, network))).isEqualTo("banned");
    desk.undo(desk.undo(desk.done("DELETE", "admin/bans/" + author(one), null)));
    assertThat(post(server, null, network).statusCode()).isEqualTo(201);
    var early = desk.send("POST", "admin/verdicts/" + first.getString("verdict") + "/undo", null);
    assertThat(early.statusCode()).isEqualTo(409);
  }

  @Test
  void bansOfANetwork_thatAreEndedAtOnce_allEnd() {
    var network = "203.0.113.37";
    var banned = List.of(posted(network), posted(network), posted(network));
    for (int round = 0; round < 10; round++) {
      atOnce(banned, each -> banNetwork(each, null, false));
      assertThat(code(post(server, null, network))).isEqualTo("banned");
      atOnce(banned, each -> desk.done("DELETE", "admin/bans/" + author(each), null));
      assertThat(post(other, null, network).statusCode()).as("free again").isEqualTo(201);
    }
  }

  private static void atOnce(List<JsonObject> all, Consumer<JsonObject> what) {
    var under = all.stream().map(each -> runAsync(() -> what.accept(each))).toList();
    under.forEach(CompletableFuture::join);
  }

  @Test
  void whenABanOfANetworkEnds_theOthersOfItHold() {
    var network = "203.0.113.27";
    var one = posted(network);
    var two = posted(network);
    var three = posted(network);
    banNetwork(one, null, true);
    banNetwork(two, Instant.now().plusSeconds(3_600), true);
    banNetwork(three, Instant.now().plusSeconds(5), false);
    assertThat(code(post(server, null, network))).isEqualTo("banned");
    Eventually.holds("it ends", () -> post(other, null, network).statusCode() == 201);
    var dark = posted(network).getJsonObject("comment").getString("id");
    assertThat(desk.queue("state=rejected&article=/a")).contains(dark);
    assertThat(desk.listed("/a")).doesNotContain(dark);
  }

  @Test
  void aBan_endsByItself() {
    var posted = posted("192.0.2.30");
    var path = "admin/bans/" + author(posted);
    var soon = Instant.now().plusMillis(600);
    desk.done("PUT", path, new JsonObject().put("until", soon.toString()));
    assertThat(code(post(server, posted.getString("token"), "192.0.2.30"))).isEqualTo("banned");
    Eventually.holds(
        "it ends", () -> post(other, posted.getString("token"), "192.0.2.30").statusCode() == 201);
    assertThat(desk.send("GET", path, null).statusCode()).isEqualTo(404);
    var past = new JsonObject().put("until", "2020-01-01T00:00:00Z");
    assertThat(desk.send("PUT", path, past).statusCode()).isEqualTo(422);
  }

  private static LiveClient socketOf(JsonObject posted, TestServer where) {
    var client =
        LiveClient.openAs(posted.getString("token"), where.url(), "bans", "article=/sockets");
    client.await("auth");
    client.await("hello");
    return client;
  }

  @Test
  void socketsOfABannedAuthor_closeWithinASecond_onEveryProcess() {
    var posted = posted("192.0.2.40");
    try (var here = socketOf(posted, server);
        var there = socketOf(posted, other);
        var neighbour = socketOf(posted("192.0.2.41"), other);
        var nobody = LiveClient.open(other.url(), "bans", "article=/sockets")) {
      var ban = desk.done("PUT", "admin/bans/" + author(posted), new JsonObject());
      var second = Duration.ofSeconds(1);
      Eventually.holds("closed", second, () -> here.code() == 4403 && there.code() == 4403);
      try (var again =
          LiveClient.openAs(posted.getString("token"), other.url(), "bans", "article=/sockets")) {
        Eventually.holds("closed", () -> again.code() == 4403);
      }
      var later = desk.undo(ban);
      try (var back = socketOf(posted, other)) {
        desk.undo(later);
        Eventually.holds("closed", second, () -> back.code() == 4403);
      }
      assertThat(neighbour.code() + nobody.code()).isZero();
    }
  }

  @Test
  void socketsInTheShadow_stayOpen_andWhatTheySayIsNotHeard() {
    var posted = posted("192.0.2.50");
    var typing = new JsonObject().put("type", "typing").put("article", "/sockets").encode();
    try (var dark = socketOf(posted, server);
        var light = socketOf(posted("192.0.2.51"), server);
        var watching = LiveClient.open(other.url(), "bans", "article=/sockets")) {
      watching.await("hello");
      var shadow = new JsonObject().put("shadow", true);
      desk.done("PUT", "admin/bans/" + author(posted), shadow);
      dark.say(typing);
      // Answered after what was said before it.
      dark.say(
          new JsonObject().put("type", "auth").put("token", posted.getString("token")).encode());
      Eventually.holds("answered", () -> dark.messages("auth").size() == 2);
      Eventually.holds(
          "heard",
          () -> {
            light.say(typing);
            return !watching.messages("typing").isEmpty();
          });
      assertThat(watching.messages("typing").toString()).doesNotContain(author(posted));
      assertThat(dark.code()).isZero();
    }
  }

  @Test
  void staff_areNotBannedButRevoked() {
    assertThat(desk.send("PUT", "admin/bans/s123456789", new JsonObject()).statusCode())
        .isEqualTo(422);
  }
}
