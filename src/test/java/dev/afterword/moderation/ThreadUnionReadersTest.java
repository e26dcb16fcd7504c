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
import dev.afterword.support.LiveMessages;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What readers and authors notice when two threads become one: as little as can be. */
@OnStore
@Tag("clock")
@Timeout(180)
class ThreadUnionReadersTest {
  private static final String SITE = "joinedreaders";
  private static final String WORD = "cinnabar";
  private static final String EARLIER = "vermilion";
  private static final String SECRET = "0123456789-0123456789-";

  private static TestServer server;
  private static TestServer other;
  private static Desk desk;
  private static Desk otherDesk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    other = TestServer.unlimited();
    server.addSite(SITE, "https://readers.example");
    var token = server.addStaff(SITE, Role.OWNER);
    desk = new Desk(server, SITE, token);
    otherDesk = new Desk(other, SITE, token);
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  private static JsonObject guest(String text) {
    return new JsonObject().put("text", text).put("author", new JsonObject().put("name", "Dora"));
  }

  private static JsonObject posted(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body());
  }

  private static String id(JsonObject posted) {
    return posted.getJsonObject("comment").getString("id");
  }

  /** An answer that tells of a comment of before, by the id that it has now. */
  private static JsonObject assertReplayed(HttpResponse<String> answer, int status, String id) {
    var json = posted(answer, status);
    assertThat(answer.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(answer.headers().firstValue("Location").orElse("")).endsWith("/comments/" + id);
    assertThat(id(json)).isEqualTo(id);
    return json;
  }

  @Test
  void whoPostsAgainUnderTheirKey_isAnsweredByTheCommentOfThen() {
    var to = desk.id("/retry/to", "there");
    var path = "comments?article=/retry/from";
    var key = new String[] {"Idempotency-Key", SECRET + "guest"};
    var first = posted(desk.sendAs(null, "POST", path, guest("first"), key), 201);
    var dora = new Reader(desk, "", first.getString("token"));
    var brief = new String[] {"Idempotency-Key", "short"};
    var draft = new JsonObject().put("text", "second").put("parent", id(first));
    var second = posted(dora.send("POST", path, draft, brief), 201);
    desk.moderate("/retry/from");
    var waits = new String[] {"Idempotency-Key", "waits"};
    var third = posted(dora.send("POST", path, guest("third"), waits), 202);
    var joined = desk.join("/retry/from", "/retry/to");
    var total = desk.get("admin/queue?state=all&article=/retry/to").getJsonArray("comments").size();

    for (var at : List.of(desk, otherDesk)) {
      var again = at.sendAs(null, "POST", path, guest("first"), key);
      var now = assertReplayed(again, 201, Desk.at(id(first), to));
      var author = new Reader(at, "", now.getString("token")).me("/retry/to");
      assertThat(author.getJsonObject("author").getString("id"))
          .as("the token is that author's")
          .isEqualTo(first.getJsonObject("comment").getJsonObject("author").getString("id"));
      var there = dora.at(at);
      assertReplayed(there.send("POST", path, draft, brief), 201, Desk.at(id(second), to));
      assertReplayed(there.send("POST", path, guest("third"), waits), 202, Desk.at(id(third), to));
      var reused = there.send("POST", path, guest("another"), waits);
      assertThat(reused.statusCode()).isEqualTo(422);
      assertThat(reused.body()).contains("idempotency-key-reused");
      var stranger = Reader.named(at, "Eve").send("POST", path, guest("third"), waits);
      assertThat(stranger.statusCode()).as("somebody else's").isEqualTo(422);
    }
    assertThat(desk.get("admin/queue?state=all&article=/retry/to").getJsonArray("comments"))
        .as("nothing is posted twice")
        .hasSize(total);

    desk.part(joined);

    for (var at : List.of(desk, otherDesk)) {
      assertReplayed(at.sendAs(null, "POST", path, guest("first"), key), 201, id(first));
      assertReplayed(dora.at(at).send("POST", path, draft, brief), 201, id(second));
    }
    assertThat(desk.listed("/retry/to")).containsExactly(to);
  }

  @Test
  void whoPostsAgainUnderTheirKey_isAnsweredAlike_whereverTheArticleLeadsByThen() {
    for (var article : List.of("/chain/a", "/chain/b", "/chain/c")) {
      desk.id(article, "there");
    }
    var key = new String[] {"Idempotency-Key", "on-its-way"};
    var dora = Reader.named(desk, "Dora");
    var draft = new JsonObject().put("text", "once");
    var path = "comments?article=/chain/a";
    var first = desk.join("/chain/a", "/chain/b");
    var id = id(posted(dora.send("POST", path, draft, key), 201));
    var second = desk.join("/chain/b", "/chain/c");
    for (var at : List.of(desk, otherDesk)) {
      var again = posted(dora.at(at).send("POST", path, draft, key), 201);
      assertThat(at.text(id(again))).isEqualTo("once");
    }
    assertThat(desk.listed("/chain/c")).as("nothing is posted twice").hasSize(4);
    desk.part(second);
    desk.part(first);
    assertReplayed(dora.at(otherDesk).send("POST", path, draft, key), 201, id);
    assertThat(desk.listed("/chain/a")).hasSize(1);
    assertThat(desk.listed("/chain/b")).hasSize(2);
  }

  @Test
  void theSameKeyOnBoth_isTwoComments() {
    var key = new String[] {"Idempotency-Key", "on-both"};
    var dora = Reader.named(desk, "Dora");
    var draft = new JsonObject().put("text", "the same");
    var to = posted(dora.send("POST", "comments?article=/same/to", draft, key), 201);
    var from = posted(dora.send("POST", "comments?article=/same/from", draft, key), 201);
    desk.join("/same/from", "/same/to");
    var now = Desk.at(id(from), id(to));
    assertThat(desk.listed("/same/to")).containsExactly(id(to), now);
    for (var at : List.of(desk, otherDesk)) {
      var reader = dora.at(at);
      assertReplayed(reader.send("POST", "comments?article=/same/to", draft, key), 201, id(to));
      var again = posted(reader.send("POST", "comments?article=/same/from", draft, key), 201);
      assertThat(id(again)).as("of which nobody can tell").isIn(id(to), now);
    }
    assertThat(otherDesk.listed("/same/to")).containsExactly(id(to), now);
  }

  @Test
  void anAuthor_hasACopyOfAllOfIt_andGoesWithoutATrace() {
    var to = desk.id("/mine/to", "there");
    var others = desk.id("/mine/from", "by somebody else");
    var dora = Reader.named(desk, "Umbriel");
    var own = dora.post("/mine/from", EARLIER);
    dora.edit(own, WORD);
    var alone = dora.post("/mine/from", WORD + " alone");
    var reply = desk.post("/mine/from", "a reply", own);
    dora.vote(others, 1);
    dora.vote(to, -1);
    dora.report(others, "spam", WORD);
    dora.done("PUT", "reactions/like?article=/mine/from", null);
    var joined = desk.join("/mine/from", "/mine/to");

    var copy = dora.at(otherDesk).done("GET", "me/data", null);
    var comments = copy.getJsonArray("comments");
    assertThat(Desk.ids(comments)).containsExactly(Desk.at(alone, to), Desk.at(own, to));
    assertThat(comments.getJsonObject(0).getString("article")).isEqualTo("/mine/to");
    assertThat(comments.getJsonObject(1).getJsonArray("earlier").encode()).contains(EARLIER);
    assertThat(copy.getJsonArray("votes").stream().map(each -> ((JsonObject) each).encode()))
        .hasSize(2)
        .allMatch(vote -> vote.contains("/mine/to"))
        .anyMatch(vote -> vote.contains(Desk.at(others, to)))
        .anyMatch(vote -> vote.contains(to));
    assertThat(copy.getJsonArray("reports")).hasSize(1);
    assertThat(copy.getJsonArray("reports").getJsonObject(0).getString("comment"))
        .isEqualTo(Desk.at(others, to));
    assertThat(copy.getJsonArray("reactions")).hasSize(1);
    assertThat(desk.queue("state=all&author=" + dora.id()))
        .containsExactly(Desk.at(alone, to), Desk.at(own, to));

    assertThat(dora.send("DELETE", "me/data", null).statusCode()).isEqualTo(204);

    assertGone(dora);
    for (var at : List.of(desk, otherDesk)) {
      assertThat(at.get("comments/" + others).getInteger("up")).isZero();
      assertThat(at.get("comments/" + to).getInteger("down")).isZero();
      for (var id : List.of(alone, Desk.at(alone, to))) {
        assertThat(at.send("GET", "comments/" + id, null).statusCode()).isEqualTo(404);
      }
      assertThat(at.get("comments/" + own).getString("state")).isEqualTo("deleted");
    }
    desk.part(joined);
    assertGone(dora);
    var left = desk.thread("/mine/from").stream().map(each -> each.getString("id"));
    assertThat(left).containsExactly(others, own, id(reply));
    assertThat(server.recount(SITE).faults()).isZero();
  }

  private static void assertGone(Reader author) {
    Eventually.passes(
        "nothing is left under any key",
        Duration.ofSeconds(30),
        () ->
            assertThat(ErasureTest.everythingKept(SITE))
                .doesNotContain(author.id())
                .doesNotContainIgnoringCase(WORD, EARLIER, "Umbriel"));
  }

  /** On two articles: what is taken away with a ban, and brought back by its undo. */
  @Test
  void aBan_findsWhatItsAuthorWrote_whereverItIsNow() {
    var to = desk.id("/ban/to", "there");
    var dora = Reader.named(desk, "Dora");
    var before = dora.post("/ban/from", "before");
    var removing = new JsonObject().put("removeComments", true);
    var ban = desk.job(desk.send("PUT", "admin/bans/" + dora.id(), removing));
    assertThat(desk.listed("/ban/from")).isEmpty();
    desk.join("/ban/from", "/ban/to");
    assertThat(desk.listed("/ban/to")).containsExactly(to);
    desk.job(desk.send("POST", "admin/verdicts/" + ban.getString("verdict") + "/undo", null));
    assertThat(desk.listed("/ban/to")).containsExactly(to, Desk.at(before, to));
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void thoseWhoAreThere_areTold_andReadAgain() {
    var first = desk.id("/live/from", "first");
    var to = desk.id("/live/to", "there");
    try (var here = LiveClient.open(server.url(), SITE, "article=/live/from");
        var there = EventsClient.open(other.url(), SITE, "article=/live/to")) {
      here.await("hello");
      there.await("hello");
      desk.join("/live/from", "/live/to");
      there.await("reset", each -> each.getString("article").equals("/live/to"));
      here.await("hello", each -> each.getString("article").equals("/live/to"));
      var next = otherDesk.id("/live/from", "one more");
      for (var reader : List.<LiveMessages>of(here, there)) {
        var told =
            reader.await(
                "comment.created",
                each -> next.equals(each.getJsonObject("comment").getString("id")));
        assertThat(told.getString("article")).isEqualTo("/live/to");
      }
      Reader.named(desk, "Eve").vote(first, 1);
      for (var reader : List.<LiveMessages>of(here, there)) {
        reader.await(
            "votes", each -> each.getJsonObject("comments").containsKey(Desk.at(first, to)));
      }
    }
  }

  /** Of two articles in one bucket, where a position of one looks like one of the other. */
  @Test
  void whoWasAwayMeanwhile_isToldToReadAgain() {
    var keys = IntStream.range(0, 100).mapToObj(i -> "/away/" + i).toList();
    var to = keys.get(0);
    var from =
        keys.stream().skip(1).filter(key -> bucket(key) == bucket(to)).findFirst().orElseThrow();
    // Its revisions are greater than those that the other one comes to.
    var often = desk.id(from, "first");
    for (int i = 0; i < 5; i++) {
      desk.undo(desk.decide("pin", often));
    }
    desk.id(to, "one");
    var here = desk.get("comments?article=" + from).getString("position");
    desk.id(to, "two");
    var there = desk.get("comments?article=" + to).getString("position");
    desk.join(from, to);
    String late = desk.id(to, "three");
    for (int i = 0; i < 9; i++) {
      late = desk.id(to, "three");
    }
    var last = late;
    for (var query :
        List.of("article=" + from + "&since=" + here, "article=" + to + "&since=" + there)) {
      try (var client = LiveClient.open(other.url(), SITE, query)) {
        client.await("reset");
        assertThat(client.messages().toString()).as("no gap is filled").doesNotContain(last);
      }
    }
  }

  private static int bucket(String key) {
    return ArticleRef.of(SITE, 16, ArticleKey.of(key, List.of())).bucket();
  }

  private static void view(String article, int visitor) {
    var address = "203.0.113." + visitor;
    var answer = other.post(desk.path("views?article=" + article), "", "X-Forwarded-For", address);
    assertThat(new JsonObject(answer.body()).getBoolean("counted")).as(answer.body()).isTrue();
  }

  private static long views(String article) {
    return otherDesk.get("article?article=" + article).getLong("views");
  }

  private static long likes(String article) {
    return desk.get("article?article=" + article).getJsonObject("reactions").getLong("like");
  }

  @Test
  void viewsReadsAndReactions_areAdded_andPartedAgain() {
    desk.id("/sums/from", "first");
    desk.id("/sums/to", "there");
    IntStream.range(1, 4).forEach(visitor -> view("/sums/from", visitor));
    IntStream.range(4, 6).forEach(visitor -> view("/sums/to", visitor));
    var eve = Reader.named(desk, "Eve");
    for (var article : List.of("/sums/from", "/sums/to")) {
      eve.done("PUT", "reactions/like?article=" + article, null);
      desk.sendAs(null, "POST", "engagement?seconds=40&depth=100&article=" + article, null);
    }
    var finn = Reader.named(desk, "Finn");
    finn.done("PUT", "reactions/like?article=/sums/from", null);

    var joined = desk.join("/sums/from", "/sums/to");

    for (var key : List.of("/sums/from", "/sums/to")) {
      assertThat(views(key)).isEqualTo(5);
      assertThat(likes(key)).as("each reader once").isEqualTo(2);
      assertThat(desk.get("engagement?article=" + key).getLong("reads")).isEqualTo(2);
    }
    assertThat(finn.me("/sums/to").getJsonArray("reactions")).containsExactly("like");
    view("/sums/from", 6);

    desk.part(joined);

    assertThat(views("/sums/from")).isEqualTo(3);
    assertThat(views("/sums/to")).isEqualTo(3);
    assertThat(likes("/sums/from")).isEqualTo(2);
    assertThat(likes("/sums/to")).isEqualTo(1);
    assertThat(desk.get("engagement?article=/sums/from").getLong("reads")).isEqualTo(1);
  }

  /** The first part of it waits; so the last comment is still where it was, and may be voted on. */
  @Test
  void whoVotesOrGoes_whileCommentsAreOnTheirWay_findsThatKept() {
    var to = desk.id("/halfway/to", "there");
    var dora = Reader.named(desk, "Dora");
    var first = dora.post("/halfway/from", "first");
    for (int i = 1; i < 100; i++) {
      dora.post("/halfway/from", "number " + i);
    }
    var last = dora.post("/halfway/from", "last");
    var gone = Reader.named(desk, "Umbriel");
    gone.vote(last, 1);
    try (var resp = TestStore.connect()) {
      var place =
          ArticleRef.of(SITE, 16, ArticleKey.of("/halfway/to", List.of())).tag()
              + ":to:"
              + Desk.at(first, to);
      resp.call("SET", place, "+on its way elsewhere");
      var move = Desk.moving("/halfway/from", "/halfway/to");
      var joining = desk.send("POST", "admin/articles/move", move);
      var job = posted(joining, 202).getString("verdict");
      Eventually.passes(
          "the votes are there, the comments are not",
          () -> assertThat(resp.text("HGET", "{" + SITE + "}:jobs", job)).contains(" move 0"));

      var erased = gone.at(otherDesk).send("DELETE", "me/data", null);
      assertThat(erased.statusCode()).as(erased.body()).isEqualTo(204);
      desk.done(
          "PATCH", "admin/article?article=/halfway/from", new JsonObject().put("state", "open"));
      var eve = Reader.named(desk, "Eve");
      eve.vote(last, 1);
      resp.call("DEL", place);
      Eventually.holds("the job has ended", Duration.ofSeconds(40), () -> desk.hasEnded(job));

      assertThat(eve.me("/halfway/to").getJsonObject("votes").getMap())
          .isEqualTo(Map.of(Desk.at(last, to), 1));
      assertThat(otherDesk.get("comments/" + last).getInteger("up")).as("hers alone").isEqualTo(1);
      assertGone(gone);
      posted(eve.at(otherDesk).send("GET", "me/data", null), 200);
      assertThat(eve.send("DELETE", "me/data", null).statusCode()).isEqualTo(204);
      assertThat(desk.get("comments/" + last).getInteger("up")).isZero();
    }
    assertThat(server.recount(SITE).faults()).isZero();
  }
}
