package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Child;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import dev.afterword.support.Temporary;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that became one are two again, also while they are still becoming one. */
@OnStore
@Tag("clock")
@Timeout(240)
class ThreadPartingTest {
  private static final String SITE = "partings";

  /** More than goes over at once, twice. */
  private static final int MANY = 250;

  /** Of one writer, so that there is an end to what the jobs go through. */
  private static final int MOST_WRITTEN = 1000;

  private static TestServer server;
  private static TestServer other;
  private static Desk desk;
  private static Desk otherDesk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    other = TestServer.unlimited();
    server.addSite(SITE, "https://partings.example");
    var token = server.addStaff(SITE, Role.OWNER);
    desk = new Desk(server, SITE, token);
    otherDesk = new Desk(other, SITE, token);
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  private static String reply(Desk at, String article, String text, String parent) {
    return at.post(article, text, parent).getJsonObject("comment").getString("id");
  }

  private static List<String> ids(List<JsonObject> comments) {
    return comments.stream().map(each -> each.getString("id")).toList();
  }

  private static String state(String article) {
    return otherDesk.get("article?article=" + article).getString("state");
  }

  private static HttpResponse<String> undo(Desk at, JsonObject joined, String... headers) {
    var rest = "admin/verdicts/" + joined.getString("verdict") + "/undo";
    return at.send("POST", rest, null, headers);
  }

  private static HttpResponse<String> move(Desk at, String from, String to, String... headers) {
    return at.send("POST", "admin/articles/move", Desk.moving(from, to), headers);
  }

  /** Many comments, the first half of them a chain of replies; answers their ids. */
  private static List<String> many(String article) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < MANY; i++) {
      var at = i % 2 == 0 ? desk : otherDesk;
      boolean below = i > 0 && i < MANY / 2;
      ids.add(reply(at, article, "number " + i, below ? ids.get(i - 1) : null));
    }
    return ids;
  }

  @Test
  void eachIntoTheOther_atOnce_oneOfTheTwoIs() throws Exception {
    for (int i = 0; i < 8; i++) {
      var one = "/opposite/one" + i;
      var two = "/opposite/two" + i;
      var ids = List.of(desk.id(one, "first"), desk.id(two, "second"));
      var there = CompletableFuture.supplyAsync(() -> move(desk, one, two));
      var back = CompletableFuture.supplyAsync(() -> move(otherDesk, two, one));
      var answers = List.of(there.get(), back.get());
      assertThat(answers).extracting(HttpResponse::statusCode).containsOnlyOnce(202);
      answers.stream().filter(each -> each.statusCode() == 202).forEach(desk::job);
      for (var article : List.of(one, two)) {
        assertThat(desk.listed(article)).as(article).hasSize(2);
      }
      ids.forEach(id -> assertThat(otherDesk.text(id)).isIn("first", "second"));
    }
  }

  @Test
  void ofManyAtOnce_noneStandsInTheWayOfAnother() throws Exception {
    var joined = new ArrayList<JsonObject>();
    for (int i = 0; i < 6; i++) {
      desk.id("/many/one" + i, "first");
      desk.id("/many/two" + i, "second");
      joined.add(desk.join("/many/one" + i, "/many/two" + i));
    }
    var answers =
        joined.stream().map(each -> CompletableFuture.supplyAsync(() -> undo(desk, each))).toList();
    for (var answer : answers) {
      desk.job(answer.get());
    }
  }

  @Test
  void renamedMeanwhile_canBeTakenBack() {
    var ids = many("/renamed/from");
    desk.id("/renamed/to", "there");
    var joining = move(desk, "/renamed/from", "/renamed/to");
    desk.move("/renamed/from", "/renamed/since");
    var joined = desk.job(joining);
    assertThat(desk.get("comments?article=/renamed/since").getInteger("total")).isEqualTo(MANY + 1);
    desk.part(joined);
    assertThat(ids(desk.thread("/renamed/since"))).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(state("/renamed/since")).isEqualTo("open");
  }

  @Test
  void takenBack_bothAreAsTheyWere() {
    var root = desk.id("/back/from", "root");
    var below = reply(otherDesk, "/back/from", "below", root);
    var to = desk.id("/back/to", "there");
    var reader = Reader.named(desk, "Eve");
    reader.vote(below, 1);
    reader.report(root, "spam", "a note");
    desk.decide("feature", below);
    var gone = desk.decide("reject", desk.id("/back/from", "rejected"));
    var kept = desk.get("admin/queue?state=all&article=/back/from").getJsonArray("comments");
    var from = desk.thread("/back/from");
    var there = desk.thread("/back/to");

    var joined = desk.join("/back/from", "/back/to");
    assertThat(desk.listed("/back/to")).hasSize(2);
    desk.part(joined);

    for (var at : List.of(desk, otherDesk)) {
      assertThat(at.thread("/back/from")).isEqualTo(from);
      assertThat(at.thread("/back/to")).isEqualTo(there);
      assertThat(at.get("admin/queue?state=all&article=/back/from").getJsonArray("comments"))
          .isEqualTo(kept);
      assertThat(at.get("comments/" + Desk.at(root, to)).getString("id")).isEqualTo(root);
      assertThat(at.get("comments?article=/back/to").getInteger("total")).isEqualTo(1);
    }
    assertThat(reader.me("/back/from").getJsonObject("votes").fieldNames()).containsExactly(below);
    assertThat(reader.me("/back/to").getJsonObject("votes")).isEmpty();
    assertThat(reader.vote(Desk.at(below, to), 1).getInteger("up")).isEqualTo(1);
    assertThat(Desk.results(desk.undo(gone))).isEqualTo("visible");
    assertThat(state("/back/from")).isEqualTo("open");
    assertThat(desk.id("/back/from", "goes on")).startsWith(root.substring(0, 12));
    assertThat(undo(desk, joined).statusCode()).as("taken back already").isEqualTo(409);
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void whatWasRepliedSince_goesWithItsBranch_andNewRootsStay() {
    var root = desk.id("/since/from", "root");
    var below = reply(desk, "/since/from", "below", root);
    var to = desk.id("/since/to", "there");
    var joined = desk.join("/since/from", "/since/to");
    var first = reply(otherDesk, "/since/to", "since", Desk.at(below, to));
    var second = reply(desk, "/since/from", "below that", first);
    var stays = reply(desk, "/since/from", "of those who were there", to);
    var fresh = otherDesk.id("/since/from", "a new root");
    assertThat(first).startsWith(to.substring(0, 12));
    desk.decide("reject", second);
    Reader.named(desk, "Eve").vote(first, 1);

    desk.part(joined);

    for (var at : List.of(desk, otherDesk)) {
      assertThat(ids(at.thread("/since/from"))).containsExactly(root, below, Desk.at(first, root));
      assertThat(ids(at.thread("/since/to"))).containsExactly(to, stays, fresh);
      for (var id : List.of(first, Desk.at(first, root))) {
        assertThat(at.get("comments/" + id).getString("id")).isEqualTo(Desk.at(first, root));
        assertThat(at.get("comments/" + id).getInteger("up")).isEqualTo(1);
      }
    }
    assertThat(Desk.results(desk.decide("approve", second))).isEqualTo("visible");
    assertThat(ids(desk.thread("/since/from"))).endsWith(Desk.at(second, root));
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void whatWasReadOnly_isSoAgain() {
    desk.id("/state/from", "first");
    desk.id("/state/to", "there");
    var readOnly = new JsonObject().put("state", "read-only");
    desk.done("PATCH", "admin/article?article=/state/from", readOnly);
    var joined = desk.join("/state/from", "/state/to");
    assertThat(state("/state/from")).isEqualTo("open");
    desk.id("/state/from", "by the old key");
    desk.part(joined);
    assertThat(state("/state/from")).isEqualTo("read-only");
    assertThat(state("/state/to")).isEqualTo("open");
    assertThat(desk.listed("/state/to")).hasSize(2);
  }

  @Test
  void throughTwoUnions_everyIdLeadsOn_stepByStep() {
    var a = desk.id("/two/a", "a");
    var b = desk.id("/two/b", "b");
    var c = desk.id("/two/c", "c");
    var first = desk.join("/two/a", "/two/b");
    var second = otherDesk.join("/two/b", "/two/c");
    for (var id : List.of(a, Desk.at(a, b), Desk.at(a, c))) {
      assertThat(otherDesk.get("comments/" + id).getString("id")).isEqualTo(Desk.at(a, c));
    }
    for (var key : List.of("/two/a", "/two/b", "/two/c")) {
      assertThat(desk.listed(key)).containsExactly(Desk.at(a, c), Desk.at(b, c), c);
    }
    var early = undo(desk, first);
    assertThat(early.statusCode()).as("its article gave way itself").isEqualTo(409);
    assertThat(early.body()).contains("changed-since");
    desk.part(second);
    assertThat(desk.listed("/two/a")).containsExactly(Desk.at(a, b), b);
    assertThat(desk.listed("/two/c")).containsExactly(c);
    otherDesk.part(first);
    assertThat(desk.listed("/two/a")).containsExactly(a);
    for (var id : List.of(a, Desk.at(a, b), Desk.at(a, c))) {
      assertThat(desk.get("comments/" + id).getString("id")).isEqualTo(a);
    }
    var again = desk.join("/two/a", "/two/c");
    assertThat(otherDesk.listed("/two/c")).containsExactly(Desk.at(a, c), c);
    desk.part(again);
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void moreThanGoesOverAtOnce_isReadAllTheWhile() {
    var to = desk.id("/many/to", "there");
    var ids = many("/many/from");
    var before = desk.thread("/many/from");
    var random = new Random(MANY);
    var answer = move(desk, "/many/from", "/many/to");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    var job = new JsonObject(answer.body()).getJsonObject("job");
    assertThat(job.getLong("total")).isEqualTo(MANY);
    int refused = 0;
    do {
      int i = random.nextInt(MANY);
      var at = i % 2 == 0 ? desk : otherDesk;
      var comment = at.get("comments/" + ids.get(i));
      assertThat(comment.getString("text")).isEqualTo("number " + i);
      assertThat(comment.getString("id")).isIn(ids.get(i), Desk.at(ids.get(i), to));
      var late = new JsonObject().put("text", "late");
      var path = "comments?article=/many/from";
      if (Reader.named(at, "Eve").send("POST", path, late).statusCode() != 201) {
        refused++;
      }
    } while (!otherDesk.hasEnded(job.getString("id")));
    desk.job(answer);

    var now = otherDesk.thread("/many/to");
    assertThat(refused).as("it took nothing new meanwhile").isPositive();
    assertThat(ids(now).subList(0, MANY + 1))
        .containsExactlyElementsOf(
            Stream.concat(Stream.of(to), ids(before).stream().map(id -> Desk.at(id, to))).toList());
    assertThat(now.get(MANY / 2).getInteger("depth")).isEqualTo(MANY / 2 - 1);

    desk.part(new JsonObject(answer.body()));

    assertThat(desk.thread("/many/from")).isEqualTo(before);
    assertThat(otherDesk.listed("/many/to")).startsWith(to).hasSize(now.size() - MANY);
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void takenBackWhileItGoesOn_allIsBack() {
    var to = desk.id("/early/to", "there");
    many("/early/from");
    var before = desk.thread("/early/from");
    for (int round = 0; round < 3; round++) {
      var joined = move(desk, "/early/from", "/early/to");
      assertThat(joined.statusCode()).as(joined.body()).isEqualTo(202);
      var id = new JsonObject(joined.body()).getString("verdict");
      long some = 90L * round;
      Eventually.holds(
          "some went over", () -> desk.get("admin/jobs/" + id).getLong("done") >= some);
      otherDesk.job(undo(otherDesk, new JsonObject(joined.body())));

      assertThat(desk.hasEnded(id)).as("it does not go on").isTrue();
      assertThat(otherDesk.thread("/early/from")).isEqualTo(before);
      assertThat(ids(desk.thread("/early/to"))).containsExactly(to);
      assertThat(state("/early/from")).isEqualTo("open");
      assertThat(server.recount(SITE).faults()).isZero();
    }
  }

  @Test
  void askedForTwice_isOneJob() {
    var from = desk.id("/once/from", "first");
    var to = desk.id("/once/to", "there");
    var key = new String[] {"Idempotency-Key", "once"};
    var first = move(desk, "/once/from", "/once/to", key);
    var second = move(otherDesk, "/once/from", "/once/to", key);
    var joined = desk.job(first);
    assertThat(otherDesk.job(second).getJsonObject("job").getString("id"))
        .isEqualTo(joined.getString("verdict"));
    assertThat(desk.job(move(desk, "/once/from", "/once/to", key)).getString("verdict"))
        .isEqualTo(joined.getString("verdict"));
    assertThat(desk.listed("/once/to")).containsExactly(Desk.at(from, to), to);
    var undone = new String[] {"Idempotency-Key", "once-back"};
    var back = desk.job(undo(desk, joined, undone));
    assertThat(otherDesk.job(undo(otherDesk, joined, undone)).getString("verdict"))
        .isEqualTo(back.getString("verdict"));
    assertThat(desk.listed("/once/from")).containsExactly(from);
    assertThat(desk.get("admin/audit?limit=1").getJsonArray("entries").encode())
        .contains("\"undoes\":\"" + joined.getString("verdict"));
    var entries = desk.get("admin/audit?limit=2").getJsonArray("entries").getJsonObject(1);
    assertThat(entries.getString("id")).as("one entry each").isEqualTo(joined.getString("verdict"));
  }

  /**
   * Writers on both, by any key, while they become one and two again, and a moderator opens them.
   */
  @Test
  void whatIsWrittenMeanwhile_isNotLost() throws Exception {
    desk.id("/busy/from", "first");
    desk.id("/busy/to", "there");
    var posted = new ConcurrentHashMap<String, String>();
    var failure = new AtomicReference<Throwable>();
    var over = new AtomicBoolean();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      var writer = Reader.named(i % 2 == 0 ? desk : otherDesk, "Dora");
      var article = i < 2 ? "/busy/from" : "/busy/to";
      var thread = new Thread(() -> write(writer, article, over, posted));
      thread.setUncaughtExceptionHandler((in, thrown) -> failure.set(thrown));
      threads.add(thread);
    }
    threads.add(new Thread(() -> keepOpen("/busy/from", over)));
    threads.forEach(Thread::start);
    try {
      for (int round = 0; round < 3; round++) {
        var at = round % 2 == 0 ? desk : otherDesk;
        at.part(at.join("/busy/from", "/busy/to"));
      }
    } finally {
      over.set(true);
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(posted).hasSizeGreaterThan(50);
    var texts = new HashMap<String, String>();
    for (var article : List.of("/busy/from", "/busy/to")) {
      for (var comment : desk.thread(article)) {
        assertThat(texts.put(comment.getString("text"), comment.getString("id"))).isNull();
      }
    }
    posted.forEach(
        (id, text) ->
            assertThat(otherDesk.get("comments/" + id).getString("id")).isEqualTo(texts.get(text)));
    assertThat(texts).as("nothing that was refused").hasSize(posted.size() + 2);
    assertThat(server.recount(SITE).faults()).isZero();
  }

  private static void keepOpen(String article, AtomicBoolean over) {
    var open = new JsonObject().put("state", "open");
    while (!over.get()) {
      desk.send("PATCH", "admin/article?article=" + article, open);
    }
  }

  /** Comments, and replies to them by the ids that they had when they were written. */
  private static void write(
      Reader writer, String article, AtomicBoolean over, Map<String, String> posted) {
    String parent = null;
    for (int i = 0; i < MOST_WRITTEN && !over.get(); i++) {
      var text = "number " + i + " of " + writer.id();
      var draft = new JsonObject().put("text", text);
      if (parent != null) {
        draft.put("parent", parent);
      }
      var answer = writer.send("POST", "comments?article=" + article, draft);
      if (answer.statusCode() == 201) {
        var id = new JsonObject(answer.body()).getJsonObject("comment").getString("id");
        posted.put(id, text);
        parent = i % 3 == 0 ? id : null;
      } else {
        assertThat(answer.statusCode()).as(answer.body()).isIn(409, 422);
        assertThat(answer.body()).containsAnyOf("article-read-only", "parent-unknown");
        parent = null;
      }
    }
  }

  @Test
  void whatAKilledProcessBegan_anotherEnds() throws Exception {
    var to = desk.id("/killed/to", "there");
    many("/killed/from");
    var before = desk.thread("/killed/from");
    stop();
    JsonObject joined;
    var data = Temporary.folder();
    try (var child =
        Child.serve(
            data,
            "AFTERWORD_REDIS",
            TestStore.address(),
            "AFTERWORD_SECRET",
            "k3q9-a-long-word-of-the-tests-0123456789")) {
      var url = Files.readAllLines(data.resolve("address")).get(0);
      var request =
          HttpRequest.newBuilder(URI.create(url + desk.path("admin/articles/move")))
              .header("Authorization", "Bearer " + desk.token())
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      Desk.moving("/killed/from", "/killed/to").encode()))
              .build();
      var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      joined = new JsonObject(answer.body());
      child.kill();
    } finally {
      Temporary.delete(data);
      server = TestServer.unlimited();
      other = TestServer.unlimited();
    }
    desk = new Desk(server, SITE, desk.token());
    otherDesk = new Desk(other, SITE, desk.token());
    var job = joined.getString("verdict");
    Eventually.holds("others go on", Duration.ofSeconds(30), () -> desk.hasEnded(job));
    assertThat(ids(otherDesk.thread("/killed/from")))
        .containsExactlyElementsOf(
            Stream.concat(Stream.of(to), ids(before).stream().map(id -> Desk.at(id, to))).toList());
    desk.part(joined);
    assertThat(desk.thread("/killed/from")).isEqualTo(before);
    assertThat(server.recount(SITE).faults()).isZero();
  }
}
