package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.EventsClient;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is erased is nowhere any more; what others wrote, replies above all, stays. */
@OnStore
@Tag("clock")
@Timeout(120)
class ErasureTest {
  private static final String TEXT = "cinnabar";
  private static final String EARLIER = "vermilion";
  private static final String NAME = "Umbriel";
  private static final String EMAIL = "umbriel@example.org";

  private static TestServer server;
  private static TestServer other;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("erasure", "https://erasure.example");
    desk = server.desk("erasure", Role.OWNER);
    other = TestServer.unlimited();
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  /** A guest who wrote, replied, edited, voted, reacted and reported. */
  private record Author(String id, String token, String key, String comment, String others) {
    /** A word that nobody else has used. */
    static String word(String of, String key) {
      return of + key.substring(1);
    }

    String word(String of) {
      return word(of, key);
    }

    static Author on(String key) {
      var author = new JsonObject().put("name", word(NAME, key)).put("email", word(EMAIL, key));
      var draft = new JsonObject().put("text", word(EARLIER, key)).put("author", author);
      var answer =
          server.post(
              desk.path("comments?article=" + key),
              draft.encode(),
              "Idempotency-Key",
              UUID.randomUUID().toString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      var posted = new JsonObject(answer.body());
      var comment = posted.getJsonObject("comment");
      var others = desk.id(key, "by somebody else");
      var it =
          new Author(
              comment.getJsonObject("author").getString("id"),
              posted.getString("token"),
              key,
              comment.getString("id"),
              others);
      it.done("PATCH", "comments/" + it.comment, "{\"text\":\"" + it.word(TEXT) + " @Ada\"}");
      it.done("PUT", "comments/" + others + "/vote", "{\"value\":1}");
      it.done("PUT", "reactions/like?article=" + key, "");
      it.done(
          "POST",
          "comments/" + others + "/reports",
          "{\"reason\":\"spam\",\"note\":\"" + it.word(TEXT) + "\"}");
      return it;
    }

    HttpResponse<String> send(String method, String rest, String body) {
      return server.send(
          method,
          desk.path(rest),
          body,
          "Authorization",
          "Bearer " + token,
          "Content-Type",
          "application/json");
    }

    String done(String method, String rest, String body) {
      var answer = send(method, rest, body);
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
      return answer.body();
    }
  }

  private static void assertNothingOf(Author author, String where) {
    assertThat(where).doesNotContain(author.id);
    assertThat(where)
        .doesNotContainIgnoringCase(
            author.word(TEXT), author.word(EARLIER), author.word(NAME), author.word(EMAIL));
  }

  private static JsonObject list(String key) {
    return new JsonObject(server.get(desk.path("comments?article=" + key)).body());
  }

  @Test
  void aReader_erasesThemselves_andIsNowhere() {
    var key = "/self";
    var before = list(key).getString("position");
    var author = Author.on(key);
    var reply = desk.post(key, "a reply", author.comment).getJsonObject("comment");
    var alone =
        author.done(
            "POST", "comments?article=" + key, "{\"text\":\"" + author.word(TEXT) + " 2\"}");
    var etag = server.get(desk.path("comments?article=" + key)).headers().firstValue("ETag");
    try (var socket = LiveClient.open(server.url(), "erasure", "article=" + key);
        var events = EventsClient.open(other.url(), "erasure", "article=" + key)) {
      socket.await("hello");
      events.await("hello");
      var erased = author.send("DELETE", "me/data", "");
      assertThat(erased.statusCode()).isEqualTo(204);
      assertThat(author.send("GET", "me?article=" + key, "").statusCode()).isEqualTo(401);

      assertThat(socket.await("comment.removed").encode()).contains("deleted");
      events.await("comment.removed");
      var votes = socket.await("votes").getJsonObject("comments").getJsonObject(author.others);
      assertThat(votes.getInteger("up")).isZero();
      assertThat(socket.await("reactions").getJsonObject("reactions").getInteger("like")).isZero();
      assertNothingOf(author, socket.messages() + " " + events.messages());
    }
    try (var late =
        LiveClient.open(server.url(), "erasure", "article=" + key + "&since=" + before)) {
      Eventually.holds("replayed", () -> late.messages().toString().contains("a reply"));
      assertNothingOf(author, late.messages().toString());
    }
    for (var where : List.of(server, other)) {
      for (var path :
          List.of(
              "comments?article=" + key,
              "comments?sort=best&article=" + key,
              "comments/" + author.comment,
              "comments/" + author.comment + "?context=true",
              "comments/" + reply.getString("id") + "?context=true",
              "comments/" + author.comment + "/replies",
              "recent",
              "feed.atom",
              "feed.atom?article=" + key,
              "article?article=" + key)) {
        assertNothingOf(author, where.get(desk.path(path)).body());
      }
      var again =
          where.get(desk.path("comments?article=" + key), "If-None-Match", etag.orElseThrow());
      assertThat(again.statusCode()).isEqualTo(200);
    }
    var list = list(key);
    assertThat(list.encode()).contains("a reply", "by somebody else");
    assertThat(list.encode())
        .doesNotContain(new JsonObject(alone).getJsonObject("comment").getString("id"));
    assertThat(list.getInteger("total")).isEqualTo(2);
    for (var state : List.of("all", "pending", "reported", "rejected", "spam")) {
      assertNothingOf(author, desk.get("admin/queue?state=" + state).encode());
    }
    assertNothingOf(author, desk.get("admin/audit").encode());
    var tally = server.recount("erasure");
    assertThat(tally.faults()).isZero();
    Eventually.passes(
        "nothing is left under any key",
        Duration.ofSeconds(30),
        () -> assertNothingOf(author, everythingKept("erasure")));
  }

  @Test
  void whatWasErased_neverComesBack() {
    var author = Author.on("/never");
    var rejected = desk.decide("reject", author.comment);
    desk.undo(rejected);
    var removed = desk.decide("delete", author.comment);
    var erased = desk.done("DELETE", "admin/authors/" + author.id + "/data", null);
    assertThat(Desk.results(desk.decide("restore", author.comment))).isEqualTo("not-possible");
    assertThat(Desk.results(desk.decide("approve", author.comment))).isEqualTo("not-possible");
    var undo = "admin/verdicts/" + removed.getString("verdict") + "/undo";
    assertThat(desk.send("POST", undo, null).body()).contains("changed-since");
    var never = desk.send("POST", "admin/verdicts/" + erased.getString("verdict") + "/undo", null);
    assertThat(never.statusCode()).isEqualTo(409);
    assertThat(never.body()).contains("never-undone");
    assertThat(
            desk.send("PATCH", "comments/" + author.comment, new JsonObject().put("text", "x"))
                .statusCode())
        .isEqualTo(404);
    var entry = desk.get("admin/audit?limit=1").getJsonArray("entries").getJsonObject(0);
    assertThat(entry.getString("action")).isEqualTo("erase");
    assertThat(entry.getJsonArray("targets")).isEqualTo(new JsonArray().add(author.id));
    assertThat(desk.done("GET", "admin/authors/" + author.id + "/data", null).encode())
        .doesNotContain(TEXT, EARLIER, NAME, EMAIL);
    assertThat(desk.send("DELETE", "admin/authors/" + author.id + "/data", null).statusCode())
        .as("again")
        .isEqualTo(200);
    assertThat(server.recount("erasure").faults()).isZero();
  }

  @Test
  void aCopy_hasEverything() {
    var author = Author.on("/copy");
    desk.decide("reject", author.comment);
    var answer = author.send("GET", "me/data", "");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-store");
    assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
        .startsWith("attachment");
    var copy = new JsonObject(answer.body());
    assertThat(copy.getJsonObject("author").getString("email")).isEqualTo(author.word(EMAIL));
    var comment = copy.getJsonArray("comments").getJsonObject(0);
    assertThat(comment.getString("state")).isEqualTo("rejected");
    assertThat(comment.getString("article")).isEqualTo("/copy");
    assertThat(comment.getString("text")).startsWith(TEXT);
    assertThat(comment.getJsonArray("earlier").getJsonObject(0).getString("text"))
        .isEqualTo(author.word(EARLIER));
    assertThat(copy.getJsonArray("votes").encode()).contains(author.others, "/copy");
    assertThat(copy.getJsonArray("reactions").encode()).contains("like");
    assertThat(copy.getJsonArray("reports").encode()).contains("spam", TEXT);
    assertThat(copy.getBoolean("complete")).isTrue();
    assertThat(desk.done("GET", "admin/authors/" + author.id + "/data", null)).isEqualTo(copy);
  }

  /** What is put together in memory has an end, however often each comment was edited. */
  @Test
  void aCopyOfVeryMuchText_endsBeforeItIsAllThereIs() {
    server.addSite("copies", "https://copies.example");
    var copies = server.desk("copies", Role.OWNER);
    var reader = Reader.named(copies, "Umbriel");
    var text = "a".repeat(9_990);
    var key = ArticleRef.of("copies", 16, ArticleKey.of("/long", List.of())).tag() + ":e:";
    var comments = new ArrayList<String>();
    try (var resp = TestStore.connect()) {
      for (int i = 0; i < 34; i++) {
        var id = reader.post("/long", text);
        comments.add(0, id);
        reader.edit(id, text + i);
        var push = new ArrayList<String>(List.of("RPUSH", key + id));
        push.addAll(Collections.nCopies(49, resp.text("LINDEX", key + id, "0")));
        resp.call(push.toArray(String[]::new));
      }
      var copy = reader.done("GET", "me/data", null);
      assertThat(copy.getBoolean("complete")).isFalse();
      var had = Desk.ids(copy.getJsonArray("comments"));
      assertThat(had).hasSizeBetween(30, 33).isEqualTo(comments.subList(0, had.size()));
      comments.forEach(id -> resp.call("DEL", key + id));
    }
  }

  @Test
  void whoWroteMuch_isErasedToTheEnd() {
    var author = Author.on("/much");
    var parent = author.comment;
    for (int i = 0; i < 130; i++) {
      var draft = new JsonObject().put("text", author.word(TEXT) + ' ' + i);
      draft.put("parent", i % 10 == 0 ? null : parent);
      var posted = author.done("POST", "comments?article=/much", draft.encode());
      parent = new JsonObject(posted).getJsonObject("comment").getString("id");
    }
    author.done("POST", "comments?article=/elsewhere", "{\"text\":\"" + author.word(TEXT) + "\"}");
    var stays = desk.post("/much", "stays", parent).getJsonObject("comment").getString("id");
    desk.decide("reject", parent);
    var readOnly = new JsonObject().put("state", "read-only");
    desk.done("PATCH", "admin/article?article=/much", readOnly);

    var answer = desk.send("DELETE", "admin/authors/" + author.id + "/data", null);
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202);
    assertThat(author.send("GET", "me?article=/much", "").statusCode()).isEqualTo(401);
    Eventually.passes(
        "nothing is left under any key",
        Duration.ofSeconds(40),
        () -> assertNothingOf(author, everythingKept("erasure")));
    assertThat(list("/much").getInteger("total")).isEqualTo(2);
    assertThat(server.get(desk.path("comments/" + stays + "?context=true")).body())
        .contains("stays");
    assertThat(list("/elsewhere").getJsonArray("comments")).isEmpty();
    assertThat(server.recount("erasure").faults()).isZero();
  }

  /** As a process leaves it that died right after it began. */
  @Test
  void whatWasBrokenOff_isDoneLater() {
    var author = Author.on("/broken");
    try (Resp resp = TestStore.connect()) {
      resp.call("DEL", "{erasure}:g:" + author.id);
      resp.call("ZADD", "{erasure}:erasing", "1", author.id);
    }
    Eventually.passes(
        "nothing is left under any key",
        Duration.ofSeconds(30),
        () ->
            assertThat(everythingKept("erasure"))
                .doesNotContainIgnoringCase(author.word(TEXT), author.word(NAME)));
    assertThat(server.recount("erasure").faults()).isZero();
  }

  /** A site may be removed while one is being erased there, and be brought back one day. */
  @Test
  void onARemovedSite_whatWasBrokenOffIsDoneAsWell() {
    server.addSite("removed", "https://removed.example");
    var desk = server.desk("removed", Role.OWNER);
    var author = Reader.named(desk, "Umbriel");
    author.post("/a", TEXT);
    server.command(0, "site", "remove", "removed");
    try (var resp = TestStore.connect()) {
      resp.call("ZADD", "{removed}:erasing", "1", author.id());
      Eventually.holds(
          "it is done",
          Duration.ofSeconds(30),
          () -> resp.number("EXISTS", "{removed}:erasing") == 0);
    }
    assertThat(everythingKept("removed")).doesNotContainIgnoringCase(TEXT);
  }

  /** Nobody waits for another author, not even when that one's keys are damaged. */
  @Test
  void whoCannotBeErased_holdsUpNobody() {
    server.addSite("damaged", "https://damaged.example");
    var damaged = server.desk("damaged", Role.OWNER);
    var stuck = Reader.named(damaged, "Umbriel");
    var other = Reader.named(damaged, "Puck");
    var id = other.post("/a", TEXT);
    var article = ArticleRef.of("damaged", 16, ArticleKey.of("/a", List.of()));
    var key = article.tag() + ":w:" + stuck.id();
    try (var resp = TestStore.connect()) {
      resp.call("SET", key, "no sorted set");
      resp.call("ZADD", "{damaged}:erasing", "1", stuck.id(), "2", other.id());
      Eventually.passes(
          "the other one is erased",
          Duration.ofSeconds(30),
          () -> {
            assertThat(server.get(damaged.path("comments/" + id)).statusCode()).isEqualTo(404);
            assertThat(resp.list("ZRANGE", "{damaged}:erasing", "0", "-1"))
                .hasToString("[" + stuck.id() + "]");
          });
      resp.call("DEL", key);
      Eventually.holds(
          "so is the first",
          Duration.ofSeconds(30),
          () -> resp.number("EXISTS", "{damaged}:erasing") == 0);
    }
  }

  /** A comment that is put aside to be moved is neither overlooked nor taken for gone. */
  @Test
  void aCommentOnItsWay_isErasedWhereItArrives() throws Exception {
    var key = "/way";
    var author = Author.on(key);
    var at =
        ArticleRef.of("erasure", 16, ArticleKey.of(key, List.of())).tag() + ":%s:" + author.comment;
    try (var resp = TestStore.connect()) {
      var packed = resp.text("GET", at.formatted("c"));
      resp.call("SET", at.formatted("to"), "+" + packed);
      resp.call("DEL", at.formatted("c"));
      assertThat(author.send("DELETE", "me/data", "").statusCode()).isEqualTo(202);
      resp.call("SET", at.formatted("c"), packed);
      resp.call("DEL", at.formatted("to"));
      Eventually.passes(
          "it is erased", () -> assertNothingOf(author, resp.text("GET", at.formatted("c"))));
    }
  }

  @Test
  void staff_haveNoneOfTheirOwn() {
    assertThat(desk.send("GET", "me/data", null).statusCode()).isEqualTo(403);
    assertThat(desk.send("DELETE", "me/data", null).statusCode()).isEqualTo(403);
    assertThat(desk.send("DELETE", "admin/authors/s123456789/data", null).statusCode())
        .isEqualTo(422);
  }

  /** Names and values of every key of a site, but of the journal. */
  static String everythingKept(String site) {
    var all = new StringBuilder();
    try (Resp resp = TestStore.connect()) {
      for (var each : resp.list("KEYS", "{" + site + "*")) {
        var key = each.toString();
        all.append(key).append(' ');
        switch (resp.text("TYPE", key)) {
          case "string" -> all.append(resp.text("GET", key));
          case "hash" -> all.append(resp.list("HGETALL", key));
          case "set" -> all.append(resp.list("SMEMBERS", key));
          case "zset" -> all.append(resp.list("ZRANGE", key, "0", "-1"));
          case "list" -> all.append(resp.list("LRANGE", key, "0", "-1"));
          default -> all.append(resp.text("TYPE", key));
        }
        all.append('\n');
      }
    }
    return all.toString();
  }
}
