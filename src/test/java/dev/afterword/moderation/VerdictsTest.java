package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Comments wait, are decided about, and decisions are taken back. */
@OnStore
@Timeout(120)
class VerdictsTest {
  @AutoClose private static TestServer server;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("desk", "https://desk.example");
    desk = server.desk("desk", Role.MODERATOR);
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

  private static HttpResponse<String> undo(JsonObject done) {
    return desk.send("POST", "admin/verdicts/" + done.getString("verdict") + "/undo", null);
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
}
