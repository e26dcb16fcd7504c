package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers report comments, and moderators see to that. */
@OnStore
@Timeout(120)
class ReportsTest {
  @AutoClose private static TestServer server;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("reported", "https://reported.example");
    desk = server.desk("reported", Role.MODERATOR);
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
}
