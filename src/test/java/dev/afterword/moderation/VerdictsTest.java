package dev.afterword.moderation;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import dev.afterword.support.RawHttp;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Comments wait, are decided about, and decisions are taken back. */
@OnStore
@Timeout(120)
class VerdictsTest {
  private static TestServer server;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("desk", "https://desk.example");
    desk = server.desk("desk", Role.MODERATOR);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theSameCallAgain_isNotGivenOverWhatWasDecidedSince() {
    var id = desk.id("/again", "text");
    var call = Desk.call("reject", List.of(id));
    desk.send("POST", "admin/verdicts", call, "Idempotency-Key", "not-over-others");
    desk.decide("approve", id);
    var again = desk.send("POST", "admin/verdicts", call, "Idempotency-Key", "not-over-others");
    assertThat(Desk.results(new JsonObject(again.body()))).isEqualTo("state-changed");
    assertThat(desk.listed("/again")).containsExactly(id);
  }

  @Test
  void theSamePinAgain_isNotGivenOverAnUnpin() {
    var id = desk.id("/pinned", "text");
    var call = Desk.call("pin", List.of(id));
    desk.send("POST", "admin/verdicts", call, "Idempotency-Key", "pin-not-over-others");
    desk.decide("unpin", id);
    var again = desk.send("POST", "admin/verdicts", call, "Idempotency-Key", "pin-not-over-others");
    assertThat(Desk.results(new JsonObject(again.body()))).isEqualTo("state-changed");
    assertThat(desk.get("comments/" + id).getBoolean("pinned")).isFalse();
  }

  private static JsonObject decide(String key, String verdict, String id) {
    var call = Desk.call(verdict, List.of(id));
    var decided = desk.send("POST", "admin/verdicts", call, "Idempotency-Key", key);
    assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
    return new JsonObject(decided.body());
  }

  @Test
  void theSameCallAgain_isNotGivenOnceItWasTakenBack() {
    var id = desk.id("/back", "text");
    var before = desk.decide("feature", id);
    desk.undo(decide("back-1", "reject", id));
    desk.undo(before);
    assertThat(Desk.results(decide("back-1", "reject", id))).isEqualTo("state-changed");
    desk.undo(decide("back-2", "reject", id));
    desk.decide("pin", id);
    assertThat(Desk.results(decide("back-2", "reject", id))).isEqualTo("state-changed");
    assertThat(desk.listed("/back")).containsExactly(id);
  }

  @Test
  void theSamePinAgain_isNotGivenOnceItWasTakenBack() {
    var id = desk.id("/unpinned", "text");
    desk.undo(decide("unpinned", "pin", id));
    desk.decide("feature", id);
    assertThat(Desk.results(decide("unpinned", "pin", id))).isEqualTo("state-changed");
    assertThat(desk.get("comments/" + id).getBoolean("pinned")).isFalse();
  }

  /** Nothing is decided then, so nothing can stand in the way of what was. */
  @Test
  void whatIsSoAlready_isNotDecidedOnceMore() {
    var id = desk.id("/so", "text");
    var other = desk.id("/so", "another text");
    var first = desk.decide("reject", id);
    var second = desk.decide("reject", id);
    assertThat(second.getString("verdict")).isNull();
    assertThat(Desk.results(second)).isEqualTo("rejected");
    var both = desk.decide("reject", id, other);
    assertThat(Desk.results(both)).isEqualTo("rejected rejected");
    assertThat(Desk.results(desk.undo(both))).isEqualTo("visible");
    assertThat(Desk.results(desk.undo(first))).isEqualTo("visible");
    assertThat(desk.decide("unpin", id).getString("verdict")).isNull();
  }

  @Test
  void theSameRestoreAgain_isAnsweredWithTheStateThereIs() {
    var id = desk.id("/restored", "text");
    desk.decide("reject", id);
    desk.decide("delete", id);
    var first = decide("restored", "restore", id);
    assertThat(Desk.results(first)).isEqualTo("rejected");
    assertThat(decide("restored", "restore", id)).isEqualTo(first);
  }

  @Test
  void aPin_decidesNothingAboutReports() {
    var id = desk.id("/reported", "text");
    desk.decide("pin", id);
    Reader.named(desk, "Eve").report(id, "spam", "a note");
    desk.decide("pin", id);
    var reported = desk.get("admin/queue?state=reported&article=/reported");
    assertThat(reported.getJsonArray("comments")).hasSize(1);
  }

  @Test
  void whatSaysSomethingElseThanWasRead_isNotDecidedAbout() {
    desk.moderate("/read");
    var posted = desk.post("/read", "harmless");
    var id = posted.getJsonObject("comment").getString("id");
    var read = Desk.call("approve", List.of(id)).put("seen", new JsonObject().putNull(id));
    desk.sendAs(
        posted.getString("token"),
        "PATCH",
        "comments/" + id,
        new JsonObject().put("text", "not so harmless"));
    assertThat(Desk.results(desk.done("POST", "admin/verdicts", read))).isEqualTo("text-changed");
    assertThat(desk.listed("/read")).isEmpty();
    var waiting = desk.get("admin/queue?state=pending&article=/read").getJsonArray("comments");
    var edited = waiting.getJsonObject(0).getString("edited");
    read.put("seen", new JsonObject().put(id, edited));
    assertThat(Desk.results(desk.done("POST", "admin/verdicts", read))).isEqualTo("visible");
    assertThat(desk.text(id)).isEqualTo("not so harmless");
  }

  /** Of many comments that are approved at once, their author changes each while that goes on. */
  @Test
  void whatIsChangedWhileItIsDecidedAbout_doesNotGoOutUnread() throws Exception {
    desk.moderate("/racing");
    var pool = Executors.newFixedThreadPool(16);
    // Its many connections reach all event loops, and others here rely on what one of them knows.
    try (var other = TestServer.unlimited()) {
      var there = new Desk(other, "desk", desk.token());
      var author = Reader.named(there, "Quick");
      for (int round = 0; round < 4; round++) {
        var ids = new ArrayList<String>();
        var seen = new JsonObject();
        for (int i = 0; i < 60; i++) {
          ids.add(author.post("/racing", "read"));
          seen.putNull(ids.get(i));
        }
        var edits = new ArrayList<Future<?>>();
        ids.forEach(id -> edits.add(pool.submit(() -> author.edit(id, "unread"))));
        var decided =
            there.done("POST", "admin/verdicts", Desk.call("approve", ids).put("seen", seen));
        for (var edit : edits) {
          edit.get();
        }
        assertThat(Desk.results(decided).split(" ")).isSubsetOf("visible", "text-changed");
        var out = there.get("comments?limit=100&text=true&article=/racing");
        assertThat(out.getJsonArray("comments"))
            .as("round " + round)
            .extracting(each -> ((JsonObject) each).getString("text"))
            .doesNotContain("unread");
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void whatWasChangedSinceItsApprovalWasTakenBack_doesNotComeOutByAnUndo() {
    desk.moderate("/redone");
    var author = Reader.named(desk, "Patient");
    var alone = author.post("/redone", "read");
    var changed = author.post("/redone", "read too");
    var same = author.post("/redone", "read as well");
    var one = desk.undo(desk.decide("approve", alone));
    var two = desk.undo(desk.decide("approve", changed, same));
    author.edit(alone, "unread");
    author.edit(changed, "unread");
    assertThat(undo(one).statusCode()).isEqualTo(409);
    assertThat(Desk.results(desk.undo(two))).isEqualTo("changed-since visible");
    assertThat(desk.listed("/redone")).containsExactly(same);
  }

  @Test
  void onAModeratedArticle_aCommentWaitsAndComesOutInItsPlace() {
    var first = desk.id("/waits", "before");
    desk.moderate("/waits");
    var posted = desk.post("/waits", "patience");
    var waiting = posted.getJsonObject("comment");
    var id = waiting.getString("id");
    assertThat(waiting.getString("state")).isEqualTo("pending");
    var position = posted.getString("position");
    var author = "Bearer " + posted.getString("token");
    var mine = server.get(desk.path("me?article=/waits"), "Authorization", author).body();
    assertThat(new JsonObject(mine).getJsonArray("own").getJsonObject(0).getString("state"))
        .isEqualTo("pending");
    assertThat(server.get(desk.path("comments/" + id)).statusCode()).isEqualTo(404);
    var staff = desk.send("POST", "comments?article=/waits", new JsonObject().put("text", "us"));
    assertThat(staff.statusCode()).as("staff do not wait").isEqualTo(201);
    var after = new JsonObject(staff.body()).getJsonObject("comment").getString("id");
    assertThat(desk.listed("/waits")).containsExactly(first, after);
    assertThat(desk.queue("article=/waits")).containsExactly(id);

    try (var socket = LiveClient.open(server.url(), "desk", "article=/waits&since=" + position)) {
      var decided = desk.decide("approve", id);
      assertThat(Desk.results(decided)).isEqualTo("visible");
      Eventually.holds("it is told", () -> socket.messages().toString().contains("patience"));
      assertThat(desk.listed("/waits")).containsExactly(first, id, after);
      assertThat(desk.queue("article=/waits")).isEmpty();

      assertThat(Desk.results(desk.undo(decided))).isEqualTo("pending");
      assertThat(socket.await("comment.removed").encode()).contains(id).doesNotContain("patience");
    }
    assertThat(desk.listed("/waits")).containsExactly(first, after);
    assertThat(desk.queue("article=/waits")).containsExactly(id);
  }

  @Test
  void ofOnesOwnThatWait_theLatestHundredAreTold() {
    desk.moderate("/many");
    var reader = Reader.named(desk, "Mina");
    var all = new ArrayList<String>();
    for (int i = 0; i < 101; i++) {
      all.add(reader.post("/many", "number " + i));
    }
    assertThat(Desk.ids(reader.own("/many")))
        .containsExactlyInAnyOrderElementsOf(all.subList(1, all.size()));
  }

  @Test
  void aVerdict_movesACommentThroughTheQueues() {
    var id = desk.id("/moves", "moving");
    var spam = desk.decide("spam", id);
    assertThat(desk.queue("state=spam&article=/moves")).containsExactly(id);
    desk.decide("reject", id);
    assertThat(desk.queue("state=spam&article=/moves")).isEmpty();
    assertThat(desk.queue("state=rejected&article=/moves")).containsExactly(id);
    assertThat(desk.listed("/moves")).isEmpty();
    var undo = desk.send("POST", "admin/verdicts/" + spam.getString("verdict") + "/undo", null);
    assertThat(undo.statusCode()).isEqualTo(409);
    assertThat(new JsonObject(undo.body()).getString("code")).isEqualTo("changed-since");
    var deleted = desk.decide("delete", id);
    assertThat(desk.queue("state=rejected&article=/moves")).isEmpty();
    assertThat(desk.queue("state=all&article=/moves")).containsExactly(id);
    assertThat(Desk.results(desk.decide("approve", id))).isEqualTo("not-possible");
    assertThat(Desk.results(desk.decide("restore", id))).isEqualTo("rejected");
    desk.decide("approve", id);
    assertThat(desk.listed("/moves")).containsExactly(id);
    assertThat(desk.send("POST", "admin/verdicts/" + deleted.getString("verdict") + "/undo", null))
        .extracting(answer -> answer.statusCode())
        .isEqualTo(409);
  }

  @Test
  void undos_canBeTakenBackAsWell_stepByStep() {
    var id = desk.id("/steps", "step by step");
    var first = desk.decide("reject", id);
    var second = desk.decide("spam", id);
    assertThat(Desk.results(desk.undo(second))).isEqualTo("rejected");
    assertThat(Desk.results(desk.undo(first))).isEqualTo("visible");
    var third = desk.decide("delete", id);
    var undone = desk.undo(third);
    assertThat(Desk.results(undone)).isEqualTo("visible");
    var redone = desk.undo(undone);
    assertThat(Desk.results(redone)).isEqualTo("deleted");
    assertThat(Desk.results(desk.undo(redone))).isEqualTo("visible");
  }

  @Test
  void whatWasDecidedByAnother_isNotDecidedAnewUnknowingly() {
    var other = server.desk("desk", Role.MODERATOR);
    var one = desk.id("/both", "one");
    var two = desk.id("/both", "two");
    other.decide("spam", one);
    var call =
        Desk.call("approve", List.of(one, two, "0123456789abcdef0123", "nonsense"))
            .put("expect", new JsonObject().put(one, "visible").put(two, "visible"));
    var decided = desk.done("POST", "admin/verdicts", call);
    assertThat(Desk.results(decided))
        .isEqualTo("state-changed visible comment-unknown comment-unknown");
    var kept = decided.getJsonArray("results").getJsonObject(0);
    assertThat(kept.getString("state")).isEqualTo("spam");
    assertThat(kept.getString("by")).isNotBlank();
    assertThat(desk.queue("state=spam&article=/both")).containsExactly(one);
  }

  @Test
  void whatItsAuthorTookAway_staysAway() {
    var posted = desk.post("/own", "mine");
    var id = posted.getJsonObject("comment").getString("id");
    var author = "Bearer " + posted.getString("token");
    server.send("DELETE", desk.path("comments/" + id), "", "Authorization", author);
    assertThat(Desk.results(desk.decide("restore", id))).isEqualTo("not-possible");
    assertThat(desk.decide("restore", id).getString("verdict")).isNull();
  }

  @Test
  void whatAModeratorWritesIntoOthersWords_isToldAndTakenBack() {
    var posted = desk.post("/words", "as it was");
    var id = posted.getJsonObject("comment").getString("id");
    var edit = desk.done("PATCH", "comments/" + id, new JsonObject().put("text", "as we like it"));
    var entry = desk.get("admin/audit?limit=1").getJsonArray("entries").getJsonObject(0);
    assertThat(entry.getString("action")).isEqualTo("edit");
    assertThat(entry.getJsonArray("targets")).containsExactly(id);
    assertThat(edit.getString("verdict")).isEqualTo(entry.getString("id"));
    assertThat(entry.encode()).as("words stay out of the journal").doesNotContain("like", "was");
    assertThat(desk.get("admin/comments/" + id + "/revisions").getJsonArray("revisions"))
        .extracting(each -> ((JsonObject) each).getString("verdict"))
        .containsExactly(entry.getString("id"));

    var undone = desk.undo(edit);
    assertThat(Desk.results(undone)).isEqualTo("visible");
    assertThat(desk.text(id)).isEqualTo("as it was");
    assertThat(undo(edit).statusCode()).as("taken back already").isEqualTo(409);
    var again = desk.undo(undone);
    assertThat(desk.text(id)).isEqualTo("as we like it");

    var author = "Bearer " + posted.getString("token");
    var mine = new JsonObject().put("text", "as I like it").encode();
    var path = desk.path("comments/" + id);
    assertThat(
            server
                .send(
                    "PATCH",
                    path,
                    mine,
                    "Authorization",
                    author,
                    "Content-Type",
                    "application/json")
                .statusCode())
        .isEqualTo(200);
    assertThat(undo(again).statusCode()).as("edited since").isEqualTo(409);
    assertThat(desk.text(id)).isEqualTo("as I like it");
    var latest = desk.get("admin/audit?limit=1").getJsonArray("entries").getJsonObject(0);
    assertThat(latest.getString("id"))
        .as("what authors change is their own affair")
        .isEqualTo(again.getString("verdict"));
  }

  private static HttpResponse<String> undo(JsonObject done) {
    return desk.send("POST", "admin/verdicts/" + done.getString("verdict") + "/undo", null);
  }

  @Test
  void theWholeJournal_isAFile() {
    server.addSite("long", "https://long.example");
    var busy = server.desk("long", Role.MODERATOR);
    var viewer = "Bearer " + server.addStaff("long", Role.VIEWER);
    assertThat(journal(busy, viewer)).as("nobody did anything").isEmpty();
    var id = busy.id("/busy", "busy");
    var decided = new ArrayList<String>();
    for (int i = 0; i < 501; i++) {
      decided.add(busy.decide("pin", id).getString("verdict"));
      decided.add(busy.decide("unpin", id).getString("verdict"));
    }
    assertThat(journal(busy, viewer))
        .extracting(line -> new JsonObject(line).getString("id"))
        .isEqualTo(decided);
    var head = server.send("HEAD", busy.path("admin/audit.ndjson"), "", "Authorization", viewer);
    assertThat(head.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"long-journal.ndjson\"");
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-0", "00-000", "x", "0", "-", "%2B", "0-0%0A"})
  void whatIsNoEntrysId_isNoCursorAndTakesNothingBack(String id) {
    var page = desk.send("GET", "admin/audit?after=" + id, null);
    assertThat(page.statusCode()).as(page.body()).isEqualTo(422);
    var error = new JsonObject(page.body()).getJsonArray("errors").getJsonObject(0);
    assertThat(error.getString("parameter")).isEqualTo("after");
    var undo = desk.send("POST", "admin/verdicts/" + id + "/undo", null);
    assertThat(undo.statusCode()).as(undo.body()).isIn(404, 422);
  }

  @Test
  void beforeTheFirstMoment_thereIsNoEntry() {
    for (var id : List.of("0-1", "1-0")) {
      assertThat(desk.get("admin/audit?after=" + id).getJsonArray("entries")).isEmpty();
    }
  }

  private static List<String> journal(Desk desk, String token) {
    var answer = server.get(desk.path("admin/audit.ndjson"), "Authorization", token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body().lines().toList();
  }

  @Test
  void pins_areShownAndTakenBack() {
    var id = desk.id("/pins", "first things first");
    try (var socket = LiveClient.open(server.url(), "desk", "article=/pins")) {
      socket.await("hello");
      desk.decide("feature", id);
      var pinned = desk.decide("pin", id);
      Eventually.holds(
          "it is told", () -> socket.messages().toString().contains("\"pinned\":true"));
      var shown = new JsonObject(server.get(desk.path("comments/" + id)).body());
      assertThat(shown.getBoolean("pinned") && shown.getBoolean("featured")).isTrue();
      desk.undo(pinned);
      shown = new JsonObject(server.get(desk.path("comments/" + id)).body());
      assertThat(shown.getBoolean("pinned")).isFalse();
      assertThat(shown.getBoolean("featured")).isTrue();
    }
    desk.decide("reject", id);
    assertThat(Desk.results(desk.decide("pin", id))).isEqualTo("not-possible");
  }

  /** Two moderators mark the same comments at once, each in another way: both marks stay. */
  @Test
  void marksOfTwoModerators_areBothKept() {
    var other = server.desk("desk", Role.MODERATOR);
    var ids = new String[20];
    Arrays.setAll(ids, i -> desk.id("/marks", "number " + i));
    for (int round = 0; round < 10; round++) {
      var words = round % 2 == 0 ? List.of("pin", "feature") : List.of("unpin", "unfeature");
      var theirs = CompletableFuture.supplyAsync(() -> other.decide(words.get(1), ids));
      var all = "visible ".repeat(ids.length).strip();
      assertThat(Desk.results(desk.decide(words.get(0), ids))).isEqualTo(all);
      assertThat(Desk.results(theirs.join())).isEqualTo(all);
      var marked = desk.get("comments?limit=100&article=/marks").getJsonArray("comments");
      boolean on = round % 2 == 0;
      assertThat(marked)
          .as("round " + round)
          .allMatch(each -> ((JsonObject) each).getBoolean("pinned") == on)
          .allMatch(each -> ((JsonObject) each).getBoolean("featured") == on);
    }
  }

  @Test
  void reports_areSeenToByAVerdict() {
    var id = desk.id("/reports", "buy now");
    for (int i = 0; i < 3; i++) {
      var reader = desk.post("/elsewhere", "hello").getString("token");
      var report =
          new JsonObject().put("reason", i == 0 ? "abuse" : "spam").put("note", "note" + i);
      for (int again = 0; again < 2; again++) {
        var answer =
            server.post(
                desk.path("comments/" + id + "/reports"),
                report.encode(),
                "Authorization",
                "Bearer " + reader);
        assertThat(answer.statusCode()).isEqualTo(202);
      }
    }
    var reported = desk.get("admin/queue?state=reported&article=/reports");
    var reports = reported.getJsonArray("comments").getJsonObject(0).getJsonObject("reports");
    assertThat(reports.getInteger("total")).isEqualTo(3);
    assertThat(reports.getJsonObject("reasons"))
        .isEqualTo(new JsonObject().put("abuse", 1).put("spam", 2));
    assertThat(reports.getJsonArray("notes")).contains("note0", "note2");
    var kept = desk.decide("approve", id);
    assertThat(desk.queue("state=reported&article=/reports")).isEmpty();
    assertThat(desk.listed("/reports")).containsExactly(id);
    desk.undo(kept);
    assertThat(desk.queue("state=reported&article=/reports")).containsExactly(id);
    desk.decide("spam", id);
    assertThat(desk.queue("state=reported&article=/reports")).isEmpty();
  }

  @Test
  void afterADecision_reportsCountAnew() {
    server.addSite("reports", "https://reports.example");
    var owner = server.desk("reports", Role.OWNER);
    owner.done("PUT", "admin/settings", new JsonObject().put("reportThreshold", 3));
    var probe = "comments/" + owner.id("/probe", "buy") + "/reports";
    var report = new JsonObject().put("reason", "spam");
    Eventually.holds(
        "the setting holds",
        () -> {
          Reader.named(owner, "Probe").send("POST", probe, report);
          return owner.listed("/probe").isEmpty();
        });
    var id = owner.id("/again", "buy now");
    var one = Reader.named(owner, "Una");
    var two = Reader.named(owner, "Duo");
    one.report(id, "spam", "first note");
    two.report(id, "spam", "second note");
    var kept = owner.decide("approve", id);
    assertThat(notes(owner, "all")).as("decided").contains("first note", "second note");

    one.report(id, "spam", "third note");
    one.report(id, "spam", "said twice");
    assertThat(notes(owner, "reported")).containsExactly("third note");
    owner.undo(kept);
    assertThat(notes(owner, "reported")).containsExactly("third note");
    two.report(id, "abuse", "fourth note");
    assertThat(owner.listed("/again")).as("two of three").containsExactly(id);
    Reader.named(owner, "Tri").report(id, "spam", "");
    assertThat(owner.listed("/again")).isEmpty();
  }

  private static List<Object> notes(Desk desk, String queue) {
    var comments = desk.get("admin/queue?state=" + queue).getJsonArray("comments");
    return comments.stream()
        .flatMap(
            each -> ((JsonObject) each).getJsonObject("reports").getJsonArray("notes").stream())
        .toList();
  }

  @Test
  void hundredsOfReports_doNotKeepLaterOnesAway() {
    var id = desk.id("/crowded", "buy now");
    for (int i = 0; i < 200; i++) {
      Reader.named(desk, "Crowd").report(id, "spam", "");
    }
    var late = Reader.named(desk, "Late");
    late.report(id, "illegal", "one too many");
    assertThat(desk.get("admin/queue?state=reported").encode()).doesNotContain("one too many");
    desk.decide("approve", id);
    late.report(id, "illegal", "after that");
    assertThat(desk.get("admin/queue?state=reported").encode()).contains("after that");
  }

  @Test
  void anArticle_isClosedAndOpenedAgain() {
    var id = desk.id("/closing", "before");
    try (var socket = LiveClient.open(server.url(), "desk", "article=/closing")) {
      socket.await("hello");
      var closing = new JsonObject().put("state", "read-only");
      var closed = desk.done("PATCH", "admin/article?article=/closing", closing);
      assertThat(socket.await("article.updated").getString("state")).isEqualTo("read-only");
      var draft = "{\"text\":\"late\",\"author\":{\"name\":\"Ada\"}}";
      assertThat(server.post(desk.path("comments?article=/closing"), draft).statusCode())
          .isEqualTo(409);
      assertThat(desk.undo(closed).getString("state")).isEqualTo("open");
      desk.id("/closing", "again");
      desk.done("PATCH", "admin/article?article=/closing", new JsonObject().put("state", "closed"));
      assertThat(desk.listed("/closing")).isEmpty();
      assertThat(desk.queue("state=all&article=/closing")).contains(id);
    }
  }

  private static void set(String article, String field, String value) {
    var change = new JsonObject().put(field, value);
    desk.done("PATCH", "admin/article?article=" + article, change);
  }

  private static String positionOf(String article) {
    return desk.get("comments?article=" + article).getString("position");
  }

  @Test
  void ofAClosedArticle_noTextGoesOut_andWhenItOpensItIsReadAgain() {
    var id = desk.id("/hushed", "SECRET words");
    desk.moderate("/hushed");
    var waits = desk.post("/hushed", "SECRET too").getJsonObject("comment").getString("id");
    var open = positionOf("/hushed");
    var epoch = open.substring(0, open.indexOf(':'));
    try (var socket = LiveClient.open(server.url(), "desk", "article=/hushed")) {
      socket.await("hello");
      set("/hushed", "state", "closed");
      socket.await("reset");
      assertThat(desk.decide("approve", waits)).isNotNull();
      var gone = socket.await("comment.removed").getJsonObject("comment");
      assertThat(gone.getString("id")).isEqualTo(waits);
      assertThat(gone.containsKey("text") || gone.containsKey("html")).isFalse();

      var closed = socket.messages("reset").get(0).getString("position");
      for (var since : List.of(epoch + ":0", open, closed)) {
        var query = "article=/hushed&since=" + since;
        var told = since.equals(closed) ? "comment.removed" : "reset";
        try (var back = LiveClient.open(server.url(), "desk", query);
            var stream = EventsClient.open(server.url(), "desk", query)) {
          back.await(told);
          stream.await(told);
          assertThat(back.messages().toString()).doesNotContain("SECRET");
          assertThat(stream.messages().toString()).doesNotContain("SECRET");
        }
      }
      assertThat(socket.messages().toString()).doesNotContain("SECRET");

      set("/hushed", "state", "open");
      Eventually.holds("a reset of each turn", () -> socket.messages("reset").size() == 2);
      try (var back = LiveClient.open(server.url(), "desk", "article=/hushed&since=" + closed)) {
        back.await("reset");
      }
      assertThat(desk.listed("/hushed")).contains(id, waits);
    }
  }

  @Test
  void ofAClosedArticle_noVotesGoOut() {
    var id = desk.id("/uncounted", "text");
    var gone = Reader.named(desk, "Gone");
    gone.vote(id, 1);
    gone.done("PUT", "reactions/like?article=/uncounted", null);
    set("/uncounted", "state", "closed");
    var both = LiveClient.articles("/uncounted", "/counted");
    try (var socket = LiveClient.open(server.url(), "desk", both)) {
      Eventually.holds("two times hello", () -> socket.messages("hello").size() == 2);
      gone.done("DELETE", "me/data", null);
      // What is gathered of the other article is told later than what was gathered before.
      Reader.named(desk, "Stays").done("PUT", "reactions/like?article=/counted", null);
      socket.await("reactions", it -> it.getString("article").equals("/counted"));
      assertThat(socket.messages().toString()).doesNotContain("\"votes\"");
      assertThat(socket.messages("reactions")).hasSize(1);
    }
  }

  @Test
  void theSameCallAgain_isAnsweredOnce() {
    var id = desk.id("/once", "once");
    var key = new String[] {"Idempotency-Key", "verdict-1"};
    var first = desk.send("POST", "admin/verdicts", Desk.call("spam", List.of(id)), key);
    var again = desk.send("POST", "admin/verdicts", Desk.call("spam", List.of(id)), key);
    assertThat(again.body()).isEqualTo(first.body());
    var other = desk.send("POST", "admin/verdicts", Desk.call("approve", List.of(id)), key);
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(new JsonObject(other.body()).getString("code")).isEqualTo("idempotency-key-reused");
    var undo = "admin/verdicts/" + new JsonObject(first.body()).getString("verdict") + "/undo";
    var undoKey = new String[] {"Idempotency-Key", "undo-1"};
    var undone = desk.send("POST", undo, null, undoKey);
    assertThat(desk.send("POST", undo, null, undoKey).body()).isEqualTo(undone.body());
    assertThat(desk.listed("/once")).containsExactly(id);
  }

  @Test
  void aHundred_areDecidedInOneCallAndUndoneInOne() {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 100; i++) {
      ids.add(desk.id("/many-" + i % 7, "number " + i));
    }
    var decided = desk.done("POST", "admin/verdicts", Desk.call("reject", ids));
    assertThat(Desk.results(decided)).isEqualTo("rejected ".repeat(100).strip());
    assertThat(desk.listed("/many-3")).isEmpty();
    var audit = desk.get("admin/audit?limit=1").getJsonArray("entries").getJsonObject(0);
    assertThat(audit.getString("action")).isEqualTo("reject");
    assertThat(audit.getJsonArray("targets")).isEqualTo(new JsonArray(ids));
    desk.decide("spam", ids.get(3));
    var undone = Desk.results(desk.undo(decided));
    assertThat(undone.split(" ")).filteredOn("changed-since"::equals).hasSize(1);
    assertThat(undone.split(" ")).filteredOn("visible"::equals).hasSize(99);
    var undo = desk.get("admin/audit?limit=1").getJsonArray("entries").getJsonObject(0);
    assertThat(undo.getString("undoes")).isEqualTo(decided.getString("verdict"));
  }

  @Test
  void whatWaits_takesNoPlaceInFeeds() {
    desk.id("/feed", "here to stay");
    desk.moderate("/feed");
    for (int i = 0; i < 120; i++) {
      desk.id("/feed", "waiting " + i);
    }
    var feed = server.get(desk.path("feed.atom?article=/feed")).body();
    assertThat(feed).contains("here to stay").doesNotContain("waiting");
  }

  @Test
  void whatWasHidden_leavesItsPlaceInFeedsToOlderOnes() {
    server.addSite("wave", "https://wave.example");
    var busy = server.desk("wave", Role.MODERATOR);
    var first = busy.id("/wave", "here to stay");
    var second = busy.id("/wave", "here as well");
    var wave = new ArrayList<String>();
    for (int i = 0; i < 200; i++) {
      wave.add(busy.id("/wave", "passing " + i));
    }
    busy.decide("spam", wave.subList(0, 100).toArray(String[]::new));
    busy.decide("spam", wave.subList(100, 200).toArray(String[]::new));
    assertThat(Desk.ids(busy.get("recent").getJsonArray("comments")))
        .containsExactly(second, first);
    assertThat(server.get(busy.path("feed.atom")).body())
        .contains("here to stay", "here as well")
        .doesNotContain("passing");
    // One that comes back from before them is no reason to leave them out.
    busy.decide("approve", wave.get(0));
    busy.decide("spam", first);
    assertThat(Desk.ids(busy.get("recent?limit=1").getJsonArray("comments")))
        .containsExactly(wave.get(0));
    assertThat(Desk.ids(busy.get("recent?limit=100").getJsonArray("comments")))
        .containsExactly(wave.get(0), second);
  }

  @Test
  void articles_areListedByTheirLatestComments() {
    server.addSite("shelf", "https://shelf.example");
    var owner = server.desk("shelf", Role.OWNER);
    var expected = new ArrayList<String>();
    for (int i = 0; i < 9; i++) {
      owner.id("/page/" + i, "hello");
      expected.add(0, "/page/" + i);
    }
    var named = new JsonObject().put("title", "On Rain");
    owner.done("PATCH", "admin/article?article=/page/4", named);
    var found = new ArrayList<String>();
    String after = "";
    while (after != null) {
      var page = owner.get("admin/articles?limit=4" + after);
      page.getJsonArray("articles")
          .forEach(each -> found.add(((JsonObject) each).getString("article")));
      after = page.getString("next") == null ? null : "&after=" + page.getString("next");
    }
    assertThat(found).isEqualTo(expected);
    for (var text : List.of("rain", "AGE/4")) {
      var articles = owner.get("admin/articles?q=" + text).getJsonArray("articles");
      assertThat(articles).hasSize(1);
      assertThat(articles.getJsonObject(0).getString("title")).isEqualTo("On Rain");
      assertThat(articles.getJsonObject(0).getInteger("comments")).isEqualTo(1);
    }
  }

  @Test
  void settings_decideAboutGuestsReportsReasonsAndAge() {
    server.addSite("rules", "https://rules.example");
    var owner = server.desk("rules", Role.OWNER);
    var posted = owner.post("/a", "hello");
    var id = posted.getJsonObject("comment").getString("id");
    var author = new String[] {"Authorization", "Bearer " + posted.getString("token")};
    var rules = new JsonObject().put("tellReasons", true).put("reportThreshold", 2);
    owner.done("PUT", "admin/settings", rules.put("guests", "off").put("closeAfterDays", 30));
    var draft = "{\"text\":\"new\",\"author\":{\"name\":\"Ada\"}}";
    // Each event loop remembers settings for a second; a connection of its own may lead to any.
    var asked = owner.path("comments?article=/a");
    var json = new String[] {"Content-Type", "application/json"};
    var post = RawHttp.request("POST", asked, draft.getBytes(UTF_8), json);
    Eventually.holds(
        "no guests, wherever it is asked",
        () ->
            IntStream.range(0, 8)
                .allMatch(connection -> RawHttp.send(server.url(), post).status() == 401));
    assertThat(server.post(owner.path("guests"), "{}").statusCode()).isEqualTo(401);
    var again = server.post(owner.path("comments?article=/a"), "{\"text\":\"mine\"}", author);
    assertThat(again.statusCode()).as("who is one already stays one").isEqualTo(201);

    var report = new JsonObject().put("reason", "spam");
    for (int i = 0; i < 2; i++) {
      assertThat(owner.listed("/a")).contains(id);
      var staff = server.desk("rules", Role.VIEWER);
      assertThat(staff.send("POST", "comments/" + id + "/reports", report).statusCode())
          .isEqualTo(202);
    }
    assertThat(owner.listed("/a")).doesNotContain(id);
    var waits = owner.get("admin/queue").getJsonArray("comments").getJsonObject(0);
    assertThat(waits.getString("reason")).isEqualTo("reports");
    assertThat(waits.getJsonObject("reports").getInteger("total")).isEqualTo(2);

    var refusal = Desk.call("reject", List.of(id)).put("reason", "Off the point");
    owner.done("POST", "admin/verdicts", refusal);
    var me = new JsonObject(server.get(owner.path("me?article=/a"), author).body());
    var own = me.getJsonArray("own").getJsonObject(0);
    assertThat(own.getString("state")).isEqualTo("rejected");
    assertThat(own.getString("reason")).isEqualTo("Off the point");

    var site = owner.get("comments?article=/a").getJsonObject("info");
    assertThat(site.getString("state")).isEqualTo("open");
    age("rules", "/a", 31);
    site = owner.get("comments?article=/a").getJsonObject("info");
    assertThat(site.getString("state")).isEqualTo("read-only");
    assertThat(owner.get("article?article=/a").getString("state")).isEqualTo("read-only");
    var late = server.post(owner.path("comments?article=/a"), "{\"text\":\"late\"}", author);
    assertThat(new JsonObject(late.body()).getString("code")).isEqualTo("article-read-only");
  }

  private static void age(String site, String article, int days) {
    var ref = ArticleRef.of(site, 16, ArticleKey.of(article, List.of()));
    var created = Instant.now().minus(days, ChronoUnit.DAYS).toEpochMilli();
    try (var store = TestStore.connect()) {
      store.call("HSET", ref.at("a"), "c", Long.toString(created));
    }
  }
}
