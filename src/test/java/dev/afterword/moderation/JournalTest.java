package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that the staff did is written down, without the words of others. */
@OnStore
@Timeout(120)
class JournalTest {
  @AutoClose private static TestServer server;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("journal", "https://journal.example");
    desk = server.desk("journal", Role.MODERATOR);
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
    desk.decide("pin", desk.id("/first", "text"));
    for (var id : List.of("0-1", "1-0")) {
      assertThat(desk.get("admin/audit?after=" + id).getJsonArray("entries")).isEmpty();
    }
  }

  private static HttpResponse<String> undo(JsonObject done) {
    return desk.send("POST", "admin/verdicts/" + done.getString("verdict") + "/undo", null);
  }

  private static List<String> journal(Desk desk, String token) {
    var answer = server.get(desk.path("admin/audit.ndjson"), "Authorization", token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body().lines().toList();
  }
}
