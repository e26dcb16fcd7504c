package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What came of each day, as staff read it. Midnight may pass by, so most look at the sum of days.
 */
@OnStore
@Timeout(120)
class DayStatsTest {
  private static final AtomicInteger SITES = new AtomicInteger();

  @AutoClose private static TestServer server;

  private String site;
  private Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  @BeforeEach
  void begin() {
    site = "days" + SITES.incrementAndGet();
    server.addSite(site, "https://" + site + ".example");
    desk = server.desk(site);
    desk.moderate("/held");
  }

  private JsonObject all() {
    return desk.get("admin/stats").getJsonObject("all");
  }

  private String waiting() {
    var posted = desk.post("/held", "patience").getJsonObject("comment");
    assertThat(posted.getString("state")).isEqualTo("pending");
    return posted.getString("id");
  }

  @Test
  void aDay_tellsWhatWasReadWrittenAndDecided() {
    for (int i = 0; i < 6; i++) {
      server.send(
          "POST", desk.path("views?article=/v" + i % 2), "", "X-Forwarded-For", "10.1.1." + i);
    }
    var spam = waiting();
    var good = waiting();
    waiting();
    var plain = desk.id("/a", "plain");
    var gone = desk.id("/b", "another");
    var casino = new JsonObject().put("heldWords", JsonArray.of("casino"));
    desk.done("PUT", "admin/settings", casino);
    var written = new AtomicInteger(5);
    Eventually.holds(
        "the word is held",
        () -> {
          written.incrementAndGet();
          var comment = desk.post("/c", "casino").getJsonObject("comment");
          return comment.getString("state").equals("pending");
        });
    desk.decide("spam", spam);
    desk.decide("approve", good);
    desk.decide("reject", plain);
    desk.decide("delete", gone);
    desk.decide("pin", good);
    Eventually.holds("views are told", () -> all().getLong("views") == 6);
    assertThat(all().copy().put("medianWaitSeconds", 0))
        .isEqualTo(
            new JsonObject()
                .put("views", 6)
                .put("comments", written.get())
                .put("held", new JsonObject().put("pre-moderation", 3).put("words", 1))
                .put("approved", 1)
                .put("rejected", 1)
                .put("spam", 1)
                .put("deleted", 1)
                .put("waited", 2)
                .put("medianWaitSeconds", 0));
    assertThat(all().getLong("medianWaitSeconds")).isBetween(1L, 60L);
  }

  @Test
  void whatIsSentAgain_countsOnce() {
    var draft =
        new JsonObject().put("text", "patience").put("author", new JsonObject().put("name", "Ada"));
    var first =
        server.post(desk.path("comments?article=/held"), draft.encode(), "Idempotency-Key", "k");
    for (int i = 0; i < 3; i++) {
      server.post(desk.path("comments?article=/held"), draft.encode(), "Idempotency-Key", "k");
    }
    var id = new JsonObject(first.body()).getJsonObject("comment").getString("id");
    var spam = Desk.call("spam", List.of(id));
    for (int i = 0; i < 3; i++) {
      desk.send("POST", "admin/verdicts", spam, "Idempotency-Key", "s");
    }
    desk.decide("spam", id);
    assertThat(all().getLong("comments")).isEqualTo(1);
    assertThat(all().getLong("spam")).isEqualTo(1);
    assertThat(all().getLong("waited")).isEqualTo(1);
  }

  @Test
  void whatIsTakenBack_countsNoMore_untilThatIsTakenBack() {
    var id = waiting();
    var spam = desk.decide("spam", id);
    assertDecided(0, 1, 1);
    var undone = desk.undo(spam);
    assertDecided(0, 0, 0);
    assertThat(all().getValue("medianWaitSeconds")).isNull();
    var redone = desk.undo(undone);
    assertDecided(0, 1, 1);
    desk.undo(redone);
    assertDecided(0, 0, 0);
    desk.decide("approve", id);
    assertDecided(1, 0, 1);
    desk.decide("spam", id);
    assertDecided(1, 1, 1);
  }

  private void assertDecided(long approved, long spam, long waited) {
    var all = all();
    assertThat(all.getLong("approved")).as("approved").isEqualTo(approved);
    assertThat(all.getLong("spam")).as("spam").isEqualTo(spam);
    assertThat(all.getLong("waited")).as("waited").isEqualTo(waited);
  }

  /** Of an old comment that is edited, the wait begins with the edit. */
  @Test
  void waits_beginWhenACommentBeginsToWait() {
    var posted = desk.post("/held", "patience");
    var id = posted.getJsonObject("comment").getString("id");
    desk.decide("approve", id);
    var edited =
        server.send(
            "PATCH",
            desk.path("comments/" + id),
            "{\"text\":\"other words\"}",
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + posted.getString("token"));
    assertThat(edited.body()).contains("pending");
    assertThat(desk.queue("state=pending")).containsExactly(id);
    try (var resp = TestStore.connect()) {
      var history = only(resp, "h:" + id);
      long since = Long.parseLong(resp.text("HGET", history, "t"));
      assertThat(since).isCloseTo(System.currentTimeMillis(), within(60_000L));
      resp.call("HSET", history, "t", Long.toString(since - 3_600_000));
    }
    var approved = desk.decide("approve", id);
    var all = all();
    assertThat(all.getLong("approved")).isEqualTo(2);
    assertThat(all.getLong("waited")).isEqualTo(2);
    assertThat(all.getLong("medianWaitSeconds")).isBetween(1_800L * 9 / 10, 1_800L * 11 / 10);
    desk.undo(approved);
    assertThat(all().getLong("waited")).isEqualTo(1);
    assertThat(all().getLong("medianWaitSeconds")).isLessThan(60);
  }

  @Test
  void days_areToldApart_andAddedUp() {
    var before = desk.get("admin/stats").getJsonArray("days");
    assertThat(before).hasSize(30);
    var today = LocalDate.parse(before.getJsonObject(29).getString("date"));
    assertThat(before.getJsonObject(0).getString("date")).isEqualTo(today.minusDays(29).toString());
    desk.id("/a", "first");
    desk.id("/b", "second");
    desk.id("/b", "third");
    try (var resp = TestStore.connect()) {
      for (var key : resp.list("KEYS", "{" + site + ":*}:dt:*")) {
        var bucket = key.toString().substring(0, key.toString().lastIndexOf(':') + 1);
        assertThat(resp.number("TTL", key.toString())).isBetween(399L * 86_400, 400L * 86_400);
        resp.call("RENAME", key.toString(), bucket + today.minusDays(399).toEpochDay());
      }
    }
    desk.id("/a", "fourth");
    var query = "admin/stats?from=" + today.minusDays(399) + "&to=" + today;
    var days = desk.get(query).getJsonArray("days");
    assertThat(days).hasSize(400);
    assertThat(days.getJsonObject(0).getLong("comments")).isEqualTo(3);
    assertThat(days.getJsonObject(1).getLong("comments")).isZero();
    assertThat(days.getJsonObject(399).getLong("comments")).isEqualTo(1);
    assertThat(desk.get(query).getJsonObject("all").getLong("comments")).isEqualTo(4);
    var one = desk.get("admin/stats?from=2020-02-29&to=2020-02-29").getJsonArray("days");
    assertThat(one).hasSize(1);
    assertThat(one.getJsonObject(0).getString("date")).isEqualTo("2020-02-29");
    var month = desk.get("admin/stats?to=2020-03-01").getJsonArray("days");
    assertThat(month.getJsonObject(0).getString("date")).isEqualTo("2020-02-01");
  }

  @ParameterizedTest
  @CsvSource({
    "from=yesterday,from",
    "from=2026-02-29,from",
    "to=2026-1-1,to",
    "to=2026-11-24T00:00:00Z,to",
    "from=1969-12-31&to=1970-01-02,from",
    "from=%2B10000-01-01,from",
    "from=2026-11-02&to=2026-11-01,from",
    "from=2025-01-01&to=2026-02-05,from",
    "from=,from",
    "from=2026-11-01&from=2026-11-02,from",
  })
  void aRangeThatCannotBe_isRefused(String query, String parameter) {
    var answer = desk.send("GET", "admin/stats?" + query, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    var fault = new JsonObject(answer.body()).getJsonArray("errors").getJsonObject(0);
    assertThat(fault.getString("parameter")).isEqualTo(parameter);
  }

  @Test
  void viewersRead_readersDoNot() {
    var viewer = server.addStaff(site, Role.VIEWER);
    var path = desk.path("admin/stats");
    assertThat(server.get(path, "Authorization", "Bearer " + viewer).statusCode()).isEqualTo(200);
    var guest = "Bearer " + desk.post("/a", "plain").getString("token");
    assertThat(server.get(path, "Authorization", guest).statusCode()).isEqualTo(403);
    assertThat(server.get(path).statusCode()).isEqualTo(401);
  }

  private String only(Resp resp, String key) {
    var found = resp.list("KEYS", "{" + site + ":*}:" + key);
    assertThat(found).hasSize(1);
    return found.get(0).toString();
  }
}
