package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.EventsClient;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is banned in the shadow notices nothing, and nobody else sees anything of them. */
@OnStore
@Timeout(120)
class ShadowTest {
  private static final String SITE = "shadows";
  private static final String TEXT = "cinnabar";
  private static final String NAME = "Umbriel";

  private static TestServer server;
  private static TestServer other;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    server.addSite(SITE, "https://shadows.example");
    desk = server.desk(SITE, Role.MODERATOR);
    other = TestServer.unlimited();
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  /** A guest on a network of their own. */
  private record Writer(String id, String token, String network) {
    static Writer on(String network) {
      var guest =
          server.post(
              desk.path("guests"), "{\"name\":\"" + NAME + "\"}", "X-Forwarded-For", network);
      var json = new JsonObject(guest.body());
      return new Writer(
          json.getJsonObject("author").getString("id"), json.getString("token"), network);
    }

    HttpResponse<String> send(String method, String path, JsonObject body, String... headers) {
      var all = new String[headers.length + 6];
      System.arraycopy(headers, 0, all, 6, headers.length);
      all[0] = "Authorization";
      all[1] = "Bearer " + token;
      all[2] = "Content-Type";
      all[3] = "application/json";
      all[4] = "X-Forwarded-For";
      all[5] = network;
      return server.send(method, desk.path(path), body == null ? "" : body.encode(), all);
    }

    JsonObject done(int status, String method, String path, JsonObject body, String... headers) {
      var answer = send(method, path, body, headers);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
    }

    JsonObject post(String article, String text) {
      return done(201, "POST", "comments?article=" + article, text(text)).getJsonObject("comment");
    }

    JsonArray own(String article) {
      return done(200, "GET", "me?article=" + article, null).getJsonArray("own");
    }

    JsonObject ban() {
      return desk.done("PUT", "admin/bans/" + id, new JsonObject().put("shadow", true));
    }
  }

  private static JsonObject text(String text) {
    return new JsonObject().put("text", text);
  }

  private static String id(JsonObject comment) {
    return comment.getString("id");
  }

  private static String get(String path) {
    return other.get(desk.path(path)).body();
  }

  /** All that says something about comments to everybody. */
  private static String everything(String article, String id, String parent) {
    var all = new StringBuilder();
    for (var path :
        List.of(
            "comments?article=" + article,
            "comments?article=" + article + "&sort=best",
            "comments?article=" + article + "&sort=discussed",
            "comments/" + id,
            "comments/" + id + "?context=true",
            "comments/" + id + "/replies",
            "comments/" + parent + "/replies",
            "recent?limit=50",
            "feed.atom",
            "feed.atom?article=" + article,
            "top?by=comments&window=hour",
            "counts?article=" + article,
            "article?article=" + article)) {
      all.append(get(path)).append('\n');
    }
    // How many read it now is about sockets.
    return all.toString().replaceAll("\"readers\":[0-9]+", "");
  }

  @Test
  void whatIsWrittenInTheShadow_onlyItsAuthorSees() {
    var article = "/dark";
    var root = desk.id(article, "by somebody else");
    var writer = Writer.on("192.0.2.1");
    assertThat(writer.ban().getBoolean("shadow")).isTrue();
    var before = everything(article, root, root);
    try (var socket = LiveClient.open(server.url(), SITE, "article=" + article);
        var events = EventsClient.open(other.url(), SITE, "article=" + article)) {
      var position = socket.await("hello").getString("position");
      events.await("hello");
      var comment = writer.post(article, TEXT);
      var reply =
          writer
              .done(201, "POST", "comments?article=" + article, text(TEXT).put("parent", root))
              .getJsonObject("comment");
      var below =
          writer
              .done(
                  201, "POST", "comments?article=" + article, text(TEXT).put("parent", id(comment)))
              .getJsonObject("comment");
      assertThat(below.getString("state")).isEqualTo("visible");
      var edited = writer.done(200, "PATCH", "comments/" + id(reply), text(TEXT + " 2"));
      assertThat(edited.getString("state")).isEqualTo("visible");
      assertThat(edited.getString("text")).isEqualTo(TEXT + " 2");

      assertThat(everything(article, root, root)).isEqualTo(before);
      for (var hidden : List.of(comment, reply, below)) {
        assertThat(everything(article, id(hidden), root)).doesNotContain(TEXT, NAME, writer.id);
        assertThat(other.get(desk.path("comments/" + id(hidden))).statusCode()).isEqualTo(404);
        var stranger = Writer.on("192.0.2.2");
        for (var path : List.of("comments/" + id(hidden), "comments/" + id(hidden) + "/replies")) {
          assertThat(stranger.send("GET", path, null).statusCode()).isEqualTo(404);
        }
        var answer =
            stranger.send(
                "POST", "comments?article=" + article, text("an answer").put("parent", id(hidden)));
        assertThat(answer.statusCode()).isEqualTo(422);
        var seen = writer.done(200, "GET", "comments/" + id(hidden), null);
        assertThat(seen.getString("state")).isEqualTo("visible");
        writer.done(200, "GET", "comments/" + id(hidden) + "/replies", null);
        writer.done(200, "GET", "comments/" + id(hidden) + "?context=true", null);
      }
      var states = new TreeMap<String, String>();
      writer.own(article).stream()
          .map(JsonObject.class::cast)
          .forEach(each -> states.put(id(each), each.getString("state")));
      assertThat(states.keySet()).containsExactlyInAnyOrder(id(comment), id(reply), id(below));
      assertThat(states.values()).containsOnly("visible");
      writer.done(204, "DELETE", "comments/" + id(below), null);
      assertThat(writer.own(article)).hasSize(2);

      // What comes next is what everybody sees, and nothing was numbered in between.
      var next = desk.id(article, "one more");
      var told = socket.await("comment.created");
      assertThat(id(told.getJsonObject("comment"))).isEqualTo(next);
      assertThat(revision(told.getString("position"))).isEqualTo(revision(position) + 1);
      events.await("comment.created");
      assertThat(socket.messages() + " " + events.messages()).doesNotContain(TEXT, NAME);
      try (var late =
          LiveClient.open(server.url(), SITE, "article=" + article + "&since=" + position)) {
        assertThat(id(late.await("comment.created").getJsonObject("comment"))).isEqualTo(next);
        assertThat(late.messages().toString()).doesNotContain(TEXT, NAME);
      }
    }
    assertThat(server.recount(SITE).faults()).isZero();
  }

  private static long revision(String position) {
    return Long.parseLong(position.substring(position.indexOf(':') + 1));
  }

  /** But for the position: that would have to be a number which others get. */
  @Test
  void answers_areThoseThatAnybodyGets() {
    var plain = Writer.on("198.51.100.1");
    var shadowed = Writer.on("198.51.100.2");
    shadowed.ban();
    var victim = desk.id("/answers", "by somebody else");
    for (var call :
        List.of(
            new String[] {"POST", "comments?article=/answers", "{\"text\":\"hello\"}"},
            new String[] {"PUT", "comments/" + victim + "/vote", "{\"value\":-1}"},
            new String[] {"PUT", "comments/" + victim + "/vote", "{\"value\":2}"},
            new String[] {
              "POST", "comments/" + victim + "/reports", "{\"reason\":\"spam\",\"note\":\"n\"}"
            },
            new String[] {"DELETE", "reactions/love?article=/answers", null},
            new String[] {"PUT", "reactions/nothing?article=/answers", null},
            new String[] {"PUT", "reactions/like?article=/answers", null})) {
      var body = call[2] == null ? null : new JsonObject(call[2]);
      // The shadowed one first: what they do must not count for the other.
      var dark = shadowed.send(call[0], call[1], body);
      var light = plain.send(call[0], call[1], body);
      assertThat(dark.statusCode()).as(call[1]).isEqualTo(light.statusCode());
      assertThat(dark.headers().map().keySet()).isEqualTo(light.headers().map().keySet());
      for (var name : List.of("Cache-Control", "RateLimit", "RateLimit-Policy")) {
        assertThat(dark.headers().allValues(name)).isEqualTo(light.headers().allValues(name));
      }
      if (!call[1].startsWith("comments?") && light.statusCode() < 300) {
        assertThat(dark.body()).isEqualTo(light.body());
      }
    }
    var own = id(shadowed.post("/answers", "mine"));
    var vote = shadowed.send("PUT", "comments/" + own + "/vote", new JsonObject().put("value", 1));
    assertThat(new JsonObject(vote.body()).getString("code")).isEqualTo("own-vote");
    var report = new JsonObject().put("reason", "spam");
    shadowed.done(202, "POST", "comments/" + own + "/reports", report);
    var data = shadowed.send("GET", "me/data", null).body();
    assertThat(data).contains("\"visible\"").doesNotContain("shadow", "rejected");
    assertThat(new JsonObject(data).getJsonArray("bans")).isEmpty();
  }

  @Test
  void votesReactionsAndReports_changeNothingForOthers() {
    var writer = Writer.on("198.51.100.10");
    var victim = desk.id("/marks", "by somebody else");
    writer.done(200, "PUT", "comments/" + victim + "/vote", new JsonObject().put("value", 1));
    writer.ban();
    var before = everything("/marks", victim, victim);
    var vote = new JsonObject().put("value", -1);
    var voted = writer.done(200, "PUT", "comments/" + victim + "/vote", vote);
    assertThat(voted.getInteger("up")).isZero();
    assertThat(voted.getInteger("down")).isEqualTo(1);
    var reacted = writer.done(200, "PUT", "reactions/love?article=/marks", null);
    assertThat(reacted.getJsonArray("mine")).containsExactly("love");
    assertThat(reacted.getJsonObject("reactions").getInteger("love")).isEqualTo(1);
    writer.done(
        202, "POST", "comments/" + victim + "/reports", new JsonObject().put("reason", "spam"));
    assertThat(everything("/marks", victim, victim)).isEqualTo(before);
    assertThat(desk.queue("state=reported")).doesNotContain(victim);
    writer.done(200, "PUT", "reactions/love?article=/never-seen", null);
    assertThat(get("article?article=/never-seen")).contains("\"created\":null");
  }

  @Test
  void moderators_seeItAmongTheRejected_andMayShowIt() {
    var writer = Writer.on("203.0.113.1");
    writer.ban();
    var key = "0123456789-0123456789-shadow";
    var draft = text("shown later");
    var posted =
        writer
            .done(201, "POST", "comments?article=/staff", draft, "Idempotency-Key", key)
            .getJsonObject("comment");
    var again = writer.send("POST", "comments?article=/staff", draft, "Idempotency-Key", key);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(new JsonObject(again.body()).getJsonObject("comment")).isEqualTo(posted);
    var held =
        desk.get("admin/queue?state=rejected&author=" + writer.id)
            .getJsonArray("comments")
            .getJsonObject(0);
    assertThat(held.getString("state")).isEqualTo("rejected");
    assertThat(held.getString("reason")).isEqualTo("shadow");
    assertThat(desk.queue("state=rejected")).contains(id(posted));

    var approved = desk.decide("approve", id(posted));
    assertThat(desk.listed("/staff")).containsExactly(id(posted));
    assertThat(writer.own("/staff")).isEmpty();
    desk.undo(approved);
    assertThat(desk.listed("/staff")).isEmpty();
    assertThat(writer.own("/staff").getJsonObject(0).getString("state")).isEqualTo("visible");
    var rejected = desk.decide("reject", id(posted));
    assertThat(writer.own("/staff").getJsonObject(0).getString("state")).isEqualTo("rejected");
    desk.undo(rejected);
    assertThat(writer.own("/staff").getJsonObject(0).getString("state")).isEqualTo("visible");
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void whatWasPublic_goesIntoTheShadowWithAnEdit() {
    var writer = Writer.on("203.0.113.20");
    var old = writer.post("/edited", "harmless");
    var untouched = writer.post("/edited", "stays");
    var ban = writer.ban();
    assertThat(desk.listed("/edited")).containsExactly(id(old), id(untouched));
    writer.done(200, "PATCH", "comments/" + id(old), text(TEXT));
    assertThat(desk.listed("/edited")).containsExactly(id(untouched));
    assertThat(everything("/edited", id(old), id(old))).doesNotContain(TEXT);
    assertThat(writer.own("/edited").getJsonObject(0).getString("text")).isEqualTo(TEXT);
    desk.undo(ban);
    var after = writer.post("/edited", "free again");
    assertThat(desk.listed("/edited")).containsExactly(id(untouched), id(after));
  }

  @Test
  void whatItsAuthorRepliesToIt_staysInTheShadow_whenTheBanHasEnded() {
    var article = "/below";
    var writer = Writer.on("203.0.113.25");
    var ban = writer.ban();
    var dark = writer.post(article, TEXT);
    desk.undo(ban);
    var path = "comments?article=" + article;
    var below = text(TEXT).put("parent", id(dark));
    var reply = writer.done(201, "POST", path, below).getJsonObject("comment");
    assertThat(reply.getString("state")).isEqualTo("visible");
    assertThat(writer.own(article)).hasSize(2);
    assertThat(everything(article, id(reply), id(dark))).doesNotContain(writer.id);
    assertThat(desk.queue("state=rejected&article=" + article)).contains(id(reply));
    var stranger = Writer.on("203.0.113.26");
    assertThat(stranger.send("POST", path, below).statusCode()).isEqualTo(422);
    var light = writer.post(article, "free again");
    assertThat(desk.listed(article)).containsExactly(id(light));
    var seen = writer.done(201, "POST", path, text("seen").put("parent", id(light)));
    assertThat(desk.text(id(seen.getJsonObject("comment")))).isEqualTo("seen");
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void whatWaitsForEverybody_waits_andNothingIsRemoved() {
    var writer = Writer.on("203.0.113.30");
    writer.ban();
    desk.moderate("/pre");
    var waiting = writer.done(202, "POST", "comments?article=/pre", text("waits"));
    assertThat(waiting.getJsonObject("comment").getString("state")).isEqualTo("pending");
    assertThat(desk.queue("state=pending")).contains(id(waiting.getJsonObject("comment")));
    var both = new JsonObject().put("shadow", true).put("removeComments", true);
    assertThat(desk.send("PUT", "admin/bans/" + writer.id, both).statusCode()).isEqualTo(422);
  }

  @Test
  void aNetworkInTheShadow_isThereForAllOfIt() {
    var writer = Writer.on("203.0.113.40");
    writer.post("/network", "from there");
    var call = new JsonObject().put("shadow", true).put("network", true);
    desk.done("PUT", "admin/bans/" + writer.id, call);
    var neighbour = Writer.on("203.0.113.40");
    var dark = neighbour.post("/network", TEXT);
    assertThat(desk.listed("/network")).doesNotContain(id(dark));
  }
}
