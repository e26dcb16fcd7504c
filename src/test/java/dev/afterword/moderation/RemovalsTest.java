package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.comment.CommentDesk;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Site;
import dev.afterword.identity.SiteStore;
import dev.afterword.redis.RedisAddress;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import dev.afterword.support.Child;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import dev.afterword.support.Temporary;
import dev.afterword.support.TestStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A ban can take away what its author wrote, and its undo brings it back: all of it, once. */
@OnStore
@Tag("clock")
@Timeout(180)
class RemovalsTest {
  private static final String SITE = "removals";
  private static final Duration SWEPT = Duration.ofSeconds(30);
  private static final JsonObject REMOVING =
      new JsonObject().put("removeComments", true).put("reason", "Floods");

  @AutoClose private static TestServer server;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite(SITE, "https://removals.example");
    desk = server.desk(SITE, Role.MODERATOR);
  }

  /** A guest who writes. */
  private record Writer(String id, String token) {
    static Writer fresh() {
      var guest = new JsonObject(server.post(desk.path("guests"), "{\"name\":\"Umbriel\"}").body());
      return new Writer(guest.getJsonObject("author").getString("id"), guest.getString("token"));
    }

    HttpResponse<String> send(String method, String path, JsonObject body) {
      return server.send(
          method,
          desk.path(path),
          body == null ? "" : body.encode(),
          "Authorization",
          "Bearer " + token,
          "Content-Type",
          "application/json");
    }

    String post(String article, String text, String parent) {
      var draft = new JsonObject().put("text", text).put("parent", parent);
      if (parent == null) {
        draft.remove("parent");
      }
      var answer = send("POST", "comments?article=" + article, draft);
      assertThat(answer.statusCode()).as(answer.body()).isIn(201, 202);
      return new JsonObject(answer.body()).getJsonObject("comment").getString("id");
    }

    String post(String article, String text) {
      return post(article, text, null);
    }
  }

  /** Bans, and takes away what was written. */
  private static JsonObject remove(Writer writer) {
    return job(desk.send("PUT", "admin/bans/" + writer.id, REMOVING));
  }

  private static JsonObject undo(JsonObject decided) {
    return job(desk.send("POST", "admin/verdicts/" + decided.getString("verdict") + "/undo", null));
  }

  /** Waits until the job of an answer has been through. */
  private static JsonObject job(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    var decided = new JsonObject(answer.body());
    var job = decided.getJsonObject("job");
    assertThat(job.getString("id")).isEqualTo(decided.getString("verdict"));
    Eventually.holds("the job is done", SWEPT, () -> isDone(job.getString("id")));
    return decided;
  }

  private static boolean isDone(String job) {
    var now = desk.get("admin/jobs/" + job);
    return now.getLong("done").equals(now.getLong("total"));
  }

  private static String states(List<String> ids) {
    var all = desk.get("admin/queue?limit=100&state=all").getJsonArray("comments");
    return ids.stream()
        .map(
            id ->
                all.stream()
                    .map(JsonObject.class::cast)
                    .filter(each -> each.getString("id").equals(id))
                    .findFirst()
                    .orElseThrow()
                    .getString("state"))
        .reduce((one, two) -> one + ' ' + two)
        .orElseThrow();
  }

  private static long revision(String article) {
    var list = new JsonObject(server.get(desk.path("comments?article=" + article)).body());
    var position = list.getString("position");
    return Long.parseLong(position.substring(position.indexOf(':') + 1));
  }

  @Test
  void whatABannedAuthorWrote_goesAndComesBack_asItWas() {
    desk.moderate("/slow");
    var writer = Writer.fresh();
    var other = desk.id("/a", "by somebody else");
    var visible = writer.post("/a", "visible");
    var reply = writer.post("/b", "with a reply");
    var below = desk.post("/b", "a reply", reply).getJsonObject("comment").getString("id");
    var reported = writer.post("/a", "reported");
    desk.send("POST", "comments/" + reported + "/reports", new JsonObject().put("reason", "spam"));
    var pending = writer.post("/slow", "waits");
    var rejected = writer.post("/a", "rejected");
    desk.decide("reject", rejected);
    var own = writer.post("/a", "taken away by its author");
    assertThat(writer.send("DELETE", "comments/" + own, null).statusCode()).isEqualTo(204);
    var all = List.of(visible, reply, reported, pending, rejected, own, other, below);
    var before = "visible visible visible pending rejected deleted visible visible";
    assertThat(states(all)).isEqualTo(before);

    try (var socket = LiveClient.open(server.url(), SITE, "article=/a")) {
      socket.await("hello");
      var ban = remove(writer);
      assertThat(ban.getJsonObject("job").getLong("total")).isEqualTo(6);
      assertThat(writer.send("POST", "comments?article=/a", draft()).statusCode()).isEqualTo(403);
      assertThat(states(all))
          .isEqualTo("deleted deleted deleted deleted rejected deleted visible visible");
      assertThat(desk.listed("/a")).containsExactly(other);
      assertThat(desk.count("pending") + desk.count("reported")).isZero();
      assertThat(socket.await("comment.removed").getJsonObject("comment").getString("id"))
          .isEqualTo(visible);
      var removed = desk.get("admin/queue?state=all&author=" + writer.id).getJsonArray("comments");
      assertThat(removed.encode()).contains("\"verdict\":\"" + ban.getString("verdict"));

      var undone = undo(ban);
      assertThat(states(all)).isEqualTo(before);
      assertThat(desk.listed("/a")).containsExactly(other, visible, reported);
      assertThat(desk.count("pending")).isEqualTo(1);
      assertThat(desk.count("reported")).isEqualTo(1);
      assertThat(socket.await("comment.created").getJsonObject("comment").getString("id"))
          .isEqualTo(visible);
      assertThat(writer.send("POST", "comments?article=/c", draft()).statusCode()).isEqualTo(201);

      var again = undo(undone);
      assertThat(states(all))
          .isEqualTo("deleted deleted deleted deleted rejected deleted visible visible");
      undo(again);
      assertThat(states(all)).isEqualTo(before);
    }
    assertThat(server.recount(SITE).faults()).isZero();
    assertThat(desk.get("admin/audit?limit=1").getJsonArray("entries").encode())
        .contains(writer.id, "\"action\":\"undo\"");
  }

  private static JsonObject draft() {
    return new JsonObject().put("text", "one more");
  }

  @Test
  void whatOthersDecidedSince_stays() {
    var writer = Writer.fresh();
    var first = writer.post("/since", "first");
    var second = writer.post("/since", "second");
    var third = writer.post("/since", "third");
    var ban = remove(writer);
    desk.decide("restore", first);
    desk.decide("restore", second);
    desk.decide("spam", second);
    try (var resp = TestStore.connect()) {
      // As a process leaves it that is killed before it has noted what it did.
      resp.call("HSET", "{" + SITE + "}:jobs", ban.getString("verdict"), "1 0 3 ");
    }
    var vertx = Vertx.vertx();
    on(vertx, (it, site) -> it.carryOut(site, ban.getString("verdict"))).await();
    vertx.close().await();
    assertThat(states(List.of(first, second, third))).isEqualTo("visible spam deleted");
    var undone = undo(ban);
    assertThat(states(List.of(first, second, third))).isEqualTo("visible spam visible");
    var again = undo(undone);
    assertThat(states(List.of(first, second, third))).isEqualTo("visible spam deleted");
    desk.done("DELETE", "admin/bans/" + writer.id, null);
    var late = desk.send("POST", "admin/verdicts/" + again.getString("verdict") + "/undo", null);
    assertThat(late.statusCode()).as("the ban was decided anew").isEqualTo(409);
    assertThat(states(List.of(first, second, third))).isEqualTo("visible spam deleted");
  }

  @Test
  void whatIsWrittenAfterTheBan_stays_thoughTheJobGoesThroughOnceMore() {
    var writer = Writer.fresh();
    writer.post("/after", "before");
    var ban = remove(writer);
    var unban = desk.done("DELETE", "admin/bans/" + writer.id, null);
    var later = writer.post("/after", "later");
    desk.undo(unban);
    awaitEnd(ban.getString("verdict"));
    assertThat(desk.listed("/after")).containsExactly(later);
  }

  /** Waits until a job has been through for the last time. */
  private static void awaitEnd(String job) {
    Eventually.passes(
        "through once more, it has ended",
        SWEPT,
        () -> {
          try (var resp = TestStore.connect()) {
            assertThat(resp.call("HGET", "{" + SITE + "}:jobs", job)).isNull();
          }
        });
  }

  @Test
  void whatIsWrittenBetweenAnUndoAndItsUndo_stays() {
    var writer = Writer.fresh();
    var first = writer.post("/between", "first");
    var undone = undo(remove(writer));
    var between = writer.post("/between", "between");
    assertThat(desk.listed("/between")).containsExactly(first, between);
    awaitEnd(undo(undone).getString("verdict"));
    assertThat(desk.listed("/between")).containsExactly(between);
  }

  @Test
  void theSameRequestAgain_isTheSameJob() {
    var writer = Writer.fresh();
    writer.post("/once", "text");
    var path = "admin/bans/" + writer.id;
    var first = desk.send("PUT", path, REMOVING, "Idempotency-Key", "once");
    var second = desk.send("PUT", path, REMOVING, "Idempotency-Key", "once");
    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(new JsonObject(second.body()).getJsonObject("job").getString("id"))
        .isEqualTo(new JsonObject(first.body()).getString("verdict"));
    job(second);
    assertThat(revision("/once")).isEqualTo(2);
  }

  @Test
  void nothingToRemove_isDoneAtOnce_andAJobThatIsNone_isUnknown() {
    var ban = remove(Writer.fresh());
    assertThat(ban.getJsonObject("job").getLong("total")).isZero();
    var pinned = desk.decide("pin", desk.id("/d", "no job"));
    for (var none : List.of("1-1", "x", pinned.getString("verdict"))) {
      var answer = desk.send("GET", "admin/jobs/" + none, null);
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("job-unknown");
    }
  }

  @Test
  void threeAtOnce_removeEachOnce() throws Exception {
    var writer = Writer.fresh();
    for (int i = 0; i < 350; i++) {
      writer.post("/three", "number " + i);
    }
    var answer = desk.send("PUT", "admin/bans/" + writer.id, REMOVING);
    var id = new JsonObject(answer.body()).getString("verdict");
    var loops = List.of(Vertx.vertx(), Vertx.vertx());
    var running = new ArrayList<Future<?>>();
    loops.forEach(vertx -> running.add(on(vertx, (it, site) -> it.carryOut(site, id))));
    for (var each : running) {
      each.await();
    }
    job(answer);
    assertThat(revision("/three")).isEqualTo(700);
    assertThat(desk.listed("/three")).isEmpty();
    awaitEnd(id);
    assertThat(desk.get("admin/jobs/" + id).encode()).contains("\"done\":350,\"total\":350");
    assertThat(revision("/three")).isEqualTo(700);
    loops.forEach(vertx -> vertx.close().await());
  }

  /** What another process does. */
  private static Future<Void> on(Vertx vertx, BiFunction<Jobs, Site, Future<Void>> work) {
    return vertx
        .<Void>executeBlocking(() -> null)
        .compose(none -> RedisLink.open(vertx, RedisAddress.of(TestStore.address())))
        .compose(
            link -> {
              var clock = new StoreClock();
              return clock
                  .watch(vertx, link)
                  .compose(told -> new SiteStore(link, name -> Set.of()).read(SITE))
                  .compose(
                      site ->
                          work.apply(
                              Jobs.over(vertx, link, CommentDesk.over(vertx, link), clock),
                              site.orElseThrow()));
            });
  }

  @Test
  void whatAKilledProcessBegan_anotherEnds() throws Exception {
    var writer = Writer.fresh();
    int many = 1_000;
    for (int i = 0; i < many; i++) {
      writer.post("/killed", "number " + i);
    }
    server.close();
    String id;
    var data = Temporary.folder();
    try (var child =
            Child.serve(
                data,
                "AFTERWORD_REDIS",
                TestStore.address(),
                "AFTERWORD_SECRET",
                "k3q9-a-long-word-of-the-tests-0123456789");
        var resp = TestStore.connect()) {
      var url = Files.readAllLines(data.resolve("address")).get(0);
      var request =
          HttpRequest.newBuilder(URI.create(url + desk.path("admin/bans/" + writer.id)))
              .header("Authorization", "Bearer " + desk.token())
              .header("Content-Type", "application/json")
              .PUT(HttpRequest.BodyPublishers.ofString(REMOVING.encode()))
              .build();
      var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      id = new JsonObject(answer.body()).getString("verdict");
      var begun = id;
      Eventually.holds(
          "some are removed",
          () -> !resp.text("HGET", "{" + SITE + "}:jobs", begun).startsWith("1 0 "));
      child.kill();
      assertThat(resp.text("HGET", "{" + SITE + "}:jobs", begun)).startsWith("1 ");
    } finally {
      Temporary.delete(data);
      server = TestServer.unlimited();
    }
    desk = new Desk(server, SITE, desk.token());
    try (var second = TestServer.unlimited()) {
      assertThat(isDone(id)).isFalse();
      Eventually.holds("others go on", SWEPT, () -> isDone(id));
      assertThat(revision("/killed")).as(second.url()).isEqualTo(2L * many);
      assertThat(desk.listed("/killed")).isEmpty();
    }
  }
}
