package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.EventsClient;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.LiveMessages;
import dev.afterword.support.OnStore;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An article with another key is the same article, by all its keys, on every process at once. */
@OnStore
@Tag("clock")
@Timeout(180)
class ArticleMoveTest {
  private static final String SITE = "moves";

  private static TestServer server;
  private static TestServer other;
  private static Desk desk;
  private static Desk otherDesk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    other = TestServer.unlimited();
    server.addSite(SITE, "https://moves.example");
    var token = server.addStaff(SITE, Role.MODERATOR);
    desk = new Desk(server, SITE, token);
    otherDesk = new Desk(other, SITE, token);
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  private static String refused(int status, String from, String to) {
    var answer = desk.send("POST", "admin/articles/move", Desk.moving(from, to));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    var problem = new JsonObject(answer.body());
    return status == 422
        ? problem.getJsonArray("errors").getJsonObject(0).getString("pointer")
        : problem.getString("code");
  }

  private static JsonObject get(TestServer where, String rest, String... headers) {
    var answer = where.get(desk.path(rest), headers);
    assertThat(answer.statusCode()).as(rest + answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static JsonObject view(TestServer where, String article, String address) {
    var path = desk.path("views?article=" + article);
    return new JsonObject(where.post(path, "", "X-Forwarded-For", address).body());
  }

  private static String key(TestServer where, String article) {
    return get(where, "article?article=" + article).getString("article");
  }

  @Test
  void everyKey_leadsToTheArticle_onEveryProcess() {
    var posted = desk.post("/all/a", "first");
    var comment = posted.getJsonObject("comment").getString("id");
    var reader = new String[] {"Authorization", "Bearer " + posted.getString("token")};
    view(server, "/all/a", "203.0.113.1");
    server.send("PUT", desk.path("reactions/like?article=/all/a"), "", reader);
    var token = new JsonObject(server.post(desk.path("guests"), "{\"name\":\"Bo\"}").body());
    other.send(
        "PUT",
        desk.path("comments/" + comment + "/vote"),
        "{\"value\":1}",
        "Authorization",
        "Bearer " + token.getString("token"),
        "Content-Type",
        "application/json");
    // Both processes know the new address before it is one, and the numbers of the old.
    for (var where : List.of(server, other)) {
      assertThat(get(where, "comments?article=/all/b").getJsonArray("comments")).isEmpty();
      get(where, "counts?article=/all/a&article=/all/b");
    }

    var moved = desk.move("/all/a", "https://moves.example/all/b?utm_source=x#top");

    assertThat(moved.getString("article")).isEqualTo("/all/b");
    assertThat(moved.getString("url")).isEqualTo("https://moves.example/all/b?utm_source=x");
    for (var where : List.of(other, server)) {
      for (var key : List.of("/all/b", "/all/a")) {
        var list = get(where, "comments?article=" + key);
        assertThat(list.getString("article")).isEqualTo("/all/b");
        var first = list.getJsonArray("comments").getJsonObject(0);
        assertThat(first.getString("id")).isEqualTo(comment);
        assertThat(first.getString("article")).isEqualTo("/all/b");
        assertThat(first.getString("url"))
            .isEqualTo("https://moves.example/all/b?utm_source=x#aw-" + comment);
        assertThat(first.getInteger("up")).isEqualTo(1);
        var article = get(where, "article?article=" + key);
        assertThat(article.getString("article")).isEqualTo("/all/b");
        assertThat(article.getLong("views")).isEqualTo(1);
        assertThat(article.getJsonObject("reactions").getLong("like")).isEqualTo(1);
        var me = get(where, "me?article=" + key, reader);
        assertThat(me.getJsonArray("reactions")).containsExactly("like");
        var feed = where.get(desk.path("feed.atom?article=" + key)).body();
        assertThat(feed).contains("aw-" + comment, "all%2Fb").doesNotContain("all%2Fa", "/all/a");
        var dry = where.post(desk.path("views?dry=true&article=" + key), "").body();
        assertThat(new JsonObject(dry).getLong("views")).isEqualTo(1);
      }
      var counts =
          get(where, "counts?article=/all/a&article=/all/b&article=/all/c").getJsonObject("counts");
      assertThat(counts.getJsonObject("/all/a").getLong("comments")).isEqualTo(1);
      assertThat(counts.getJsonObject("/all/b")).isEqualTo(counts.getJsonObject("/all/a"));
      assertThat(counts.getJsonObject("/all/c").getLong("views")).isZero();
      assertThat(get(where, "comments/" + comment).getString("article")).isEqualTo("/all/b");
      assertThat(get(where, "recent").encode()).contains("/all/b").doesNotContain("/all/a\"");
    }
    for (var at : List.of(desk, otherDesk)) {
      for (var key : List.of("/all/b", "/all/a")) {
        assertThat(at.queue("state=all&article=" + key)).containsExactly(comment);
        assertThat(at.get("views/explain?article=" + key).getLong("counted")).isEqualTo(1);
        assertThat(at.get("views/series?step=day&article=" + key).encode()).contains(":1}");
      }
      assertThat(at.get("admin/articles?q=/all/").getJsonArray("articles")).hasSize(1);
    }
    assertThat(desk.get("admin/audit").getJsonArray("entries").getJsonObject(0).encode())
        .contains("\"move\"", "/all/a", "/all/b");
  }

  @Test
  void whatIsWritten_byAnyKey_isWrittenOnTheOneArticle() {
    desk.post("/write/a", "first");
    desk.move("/write/a", "/write/b");
    // Each time a second later nothing is remembered of it.
    for (var key : List.of("/write/b", "/write/a")) {
      for (var at : List.of(otherDesk, desk)) {
        assertThat(at.post(key, "by " + key).getJsonObject("comment").getString("article"))
            .isEqualTo("/write/b");
      }
    }
    assertThat(desk.listed("/write/b")).hasSize(5).isEqualTo(otherDesk.listed("/write/a"));
    assertThat(view(other, "/write/b", "203.0.113.9").getBoolean("counted")).isTrue();
    var repeated = view(server, "/write/a", "203.0.113.9");
    assertThat(repeated.getString("reason")).as("one visitor, one article").isEqualTo("repeat");
    assertThat(repeated.getString("article")).isEqualTo("/write/b");
    var bot = new String[] {"User-Agent", "Googlebot/2.1"};
    other.post(desk.path("views?article=/write/b"), "", bot);
    Eventually.holds(
        "bots are told apart there",
        () -> desk.get("views/explain?article=/write/a").getLong("bot") == 1);
    for (var at : List.of(server, other)) {
      for (var key : List.of("/write/b", "/write/a")) {
        var path = desk.path("engagement?seconds=40&depth=100&article=" + key);
        assertThat(at.send("POST", path, "").statusCode()).isEqualTo(204);
      }
    }
    assertThat(desk.get("engagement?article=/write/b").getLong("reads")).isPositive();
    var closed = new JsonObject().put("state", "read-only");
    otherDesk.done("PATCH", "admin/article?article=/write/a", closed);
    var draft = "{\"text\":\"x\",\"author\":{\"name\":\"Ada\"}}";
    assertThat(server.post(desk.path("comments?article=/write/b"), draft).statusCode())
        .isEqualTo(409);
    assertThat(get(other, "article?article=/write/b").getString("state")).isEqualTo("read-only");
  }

  @Test
  void thoseWhoAreThere_areToldAndStay() {
    var first = desk.id("/live/a", "first");
    try (var here = LiveClient.open(server.url(), SITE, "article=/live/a");
        var there = EventsClient.open(other.url(), SITE, "article=/live/a");
        var early = LiveClient.open(other.url(), SITE, "article=/live/b");
        var earlyEvents =
            EventsClient.open(server.url(), SITE, "article=/live/x&article=/live/b")) {
      List.<LiveMessages>of(here, there, early).forEach(each -> each.await("hello"));
      earlyEvents.await("hello", hello -> hello.getString("requested").equals("/live/b"));
      desk.move("/live/a", "/live/b");
      for (var each : List.<LiveMessages>of(here, there)) {
        var moved = each.await("moved");
        assertThat(moved.getString("article")).isEqualTo("/live/a");
        assertThat(moved.getString("to")).isEqualTo("/live/b");
        var updated = each.await("article.updated");
        assertThat(updated.getString("article")).isEqualTo("/live/b");
        assertThat(each.types()).containsSubsequence("moved", "article.updated");
      }
      // Who came by the new address before it was one is led to the article.
      early.await("hello", hello -> hello.getLong("comments") == 1);
      earlyEvents.await("hello", hello -> hello.getLong("comments") == 1);
      Eventually.holds(
          "they see what is there, or are told to look",
          () -> early.types().contains("reset") || early.messages().toString().contains(first));
      desk.post("/live/a", "second");
      otherDesk.post("/live/b", "third");
      for (var each : List.<LiveMessages>of(here, there, early, earlyEvents)) {
        Eventually.holds(
            "both come",
            () ->
                each.messages("comment.created").stream()
                        .filter(
                            it ->
                                it.getString("article").equals("/live/b")
                                    && !it.encode().contains(first))
                        .count()
                    == 2);
      }
      assertThat(here.messages("reset")).isEmpty();
      assertThat(there.messages("reset")).isEmpty();
    }
  }

  @Test
  void aReaderWhoComesByAnyKey_isToldWhichHolds() {
    var guest = desk.post("/who/a", "first").getString("token");
    var position = get(server, "comments?article=/who/a").getString("position");
    desk.move("/who/a", "/who/b");
    for (var where : List.of(server, other)) {
      for (var key : List.of("/who/b", "/who/a")) {
        var query = "article=" + key + "&since=" + position;
        try (var socket = LiveClient.openAs(guest, where.url(), SITE, query)) {
          var hello = socket.await("hello");
          assertThat(hello.getString("article")).isEqualTo("/who/b");
          assertThat(hello.getString("requested")).isEqualTo(key);
          assertThat(hello.getString("position")).isEqualTo(position);
          socket.await("article.updated", it -> it.getString("article").equals("/who/b"));
          // It may go on speaking of the article by any of its keys.
          for (var name : List.of("/who/b", "/who/a")) {
            socket.say("{\"type\":\"typing\",\"article\":\"" + name + "\"}");
            int before = socket.messages("typing").size();
            Eventually.holds("it is told", () -> socket.messages("typing").size() > before);
          }
          // By another name it is greeted once more, and follows it no more than once.
          socket.say("{\"type\":\"subscribe\",\"article\":\"/who/a\"}");
          socket.say("{\"type\":\"unsubscribe\",\"article\":\"" + key + "\"}");
          socket.say("{\"type\":\"subscribe\",\"article\":\"/who/else\"}");
          socket.await("hello", it -> it.getString("article").equals("/who/else"));
          assertThat(socket.code()).isZero();
          assertThat(socket.messages("hello"))
              .extracting(it -> it.getString("article") + " " + it.getString("requested"))
              .containsExactly("/who/b " + key, "/who/b /who/a", "/who/else /who/else");
        }
      }
    }
  }

  @Test
  void aMove_isTakenBackStepByStep() {
    var comment = desk.id("/back/a", "first");
    var toB = desk.move("/back/a", "/back/b");
    var toC = desk.move("/back/a", "/back/c");
    for (var key : List.of("/back/a", "/back/b", "/back/c")) {
      assertThat(key(other, key)).isEqualTo("/back/c");
    }
    var undo = "admin/verdicts/" + toB.getString("verdict") + "/undo";
    assertThat(desk.send("POST", undo, null).statusCode()).as("c came later").isEqualTo(409);
    var toA = desk.move("/back/c", "/back/a");
    assertThat(key(other, "/back/b")).isEqualTo("/back/a");
    desk.undo(toA);
    assertThat(key(other, "/back/a")).isEqualTo("/back/c");
    var undone = desk.undo(toC);
    assertThat(undone.getString("article")).isEqualTo("/back/b");
    assertThat(undone.getString("url")).isNull();
    assertThat(key(other, "/back/a")).isEqualTo("/back/b");
    assertThat(get(server, "article?article=/back/c").getString("created")).isNull();
    desk.undo(undone);
    assertThat(key(other, "/back/b")).isEqualTo("/back/c");
    desk.undo(undone.put("verdict", last()));
    desk.undo(toB);
    for (var where : List.of(server, other)) {
      assertThat(key(where, "/back/a")).isEqualTo("/back/a");
      assertThat(key(where, "/back/b")).isEqualTo("/back/b");
      var free = get(where, "comments?article=/back/b");
      assertThat(free.getJsonArray("comments")).isEmpty();
    }
    assertThat(otherDesk.listed("/back/a")).containsExactly(comment);
    // What means nothing again may become something else.
    var another = otherDesk.id("/back/b", "another");
    assertThat(desk.listed("/back/b")).containsExactly(another);
    assertThat(desk.send("POST", "admin/verdicts/" + last() + "/undo", null).statusCode())
        .as("the key is taken")
        .isEqualTo(409);
  }

  private static String last() {
    return desk.get("admin/audit?limit=1").getJsonArray("entries").getJsonObject(0).getString("id");
  }

  @Test
  void anAddress_followsTheKey_unlessSomebodySaysOtherwise() {
    desk.post("/url/a", "first");
    desk.done(
        "PATCH",
        "admin/article?article=/url/a",
        new JsonObject().put("url", "https://moves.example/url/a").put("title", "T"));
    var moved = desk.move("/url/a", "/url/b");
    assertThat(moved.getString("url")).isNull();
    assertThat(moved.getString("title")).isEqualTo("T");
    var list = get(other, "comments?article=/url/a");
    assertThat(list.getJsonArray("comments").getJsonObject(0).getString("url"))
        .startsWith("https://moves.example/url/b#aw-");
    assertThat(desk.undo(moved).getString("url")).isEqualTo("https://moves.example/url/a");
    var again = desk.move("/url/a", "an-id");
    assertThat(again.getString("url")).as("an id is no address").endsWith("/url/a");
    desk.done(
        "PATCH",
        "admin/article?article=/url/a",
        new JsonObject().put("url", "https://moves.example/mine"));
    assertThat(desk.undo(again).getString("url")).endsWith("/mine");
  }

  @Test
  void whatCannotBe_isRefusedAndChangesNothing() {
    desk.post("/no/a", "first");
    desk.post("/no/other", "first");

    assertThat(refused(422, "/no/a", "/no/a/?utm_source=x")).isEqualTo("#/to");
    assertThat(refused(422, "/no/never", "/no/b")).isEqualTo("#/from");
    assertThat(refused(422, "/no/a", "/" + "x".repeat(600))).isEqualTo("#/to");
    assertThat(refused(422, "a\u0000", "/no/b")).isEqualTo("#/from");
    assertThat(refused(422, " ", "/no/b")).isEqualTo("#/from");

    desk.move("/no/a", "/no/b");
    assertThat(refused(422, "/no/a", "/no/b")).as("it has that key").isEqualTo("#/to");
    for (var body : List.of("{\"from\":\"/no/a\"}", "{\"from\":1,\"to\":\"/x\"}", "{}")) {
      var answer = desk.send("POST", "admin/articles/move", new JsonObject(body));
      assertThat(answer.statusCode()).isEqualTo(422);
    }
    assertThat(key(other, "/no/a")).isEqualTo("/no/b");
    assertThat(key(other, "/no/other")).isEqualTo("/no/other");
    assertThat(get(server, "article?article=/no/never").getString("created")).isNull();
    var strange = "comments/" + "0".repeat(20);
    assertThat(server.get(desk.path(strange)).statusCode()).isEqualTo(404);
  }

  /** As the list page of a site asks that has moved all of its articles. */
  @Test
  void aListOfNewKeys_isCountedAtOnce() {
    var query = new StringBuilder("counts?article=/list/never");
    for (int i = 0; i < 20; i++) {
      desk.post("/list/" + i, "first");
      desk.move("/list/" + i, "/listed/" + i);
      query.append("&article=/listed/").append(i);
    }
    var counts = get(other, query.toString()).getJsonObject("counts");
    assertThat(counts.getJsonObject("/list/never").getLong("comments")).isZero();
    for (int i = 0; i < 20; i++) {
      assertThat(counts.getJsonObject("/listed/" + i).getLong("comments")).isEqualTo(1);
    }
  }

  @Test
  void aMoveThatIsAskedForAgain_isDoneOnce() {
    desk.post("/once/a", "first");
    var first =
        desk.send(
            "POST",
            "admin/articles/move",
            Desk.moving("/once/a", "/once/b"),
            "Idempotency-Key",
            "once");
    var again =
        otherDesk.send(
            "POST",
            "admin/articles/move",
            Desk.moving("/once/a", "/once/b"),
            "Idempotency-Key",
            "once");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(first.statusCode()).isEqualTo(200);
  }

  /** As a process leaves it that died between the two steps of a move. */
  @Test
  void aMoveThatWasBrokenOff_leadsAllTheSame_andCanBeDoneAgain() {
    var comment = desk.id("/half/a", "first");
    var article = ArticleRef.of(SITE, 16, new ArticleKey("/half/a"));
    var own = ArticleRef.of(SITE, 16, new ArticleKey("/half/b"));
    try (var store = Resp.connect(TestStore.address())) {
      store.call("HSET", own.at("a"), "k", "", "z", article.id() + ' ' + article.bucket());
    }
    for (var where : List.of(server, other)) {
      assertThat(key(where, "/half/b")).isEqualTo("/half/a");
    }
    otherDesk.post("/half/b", "second");
    assertThat(desk.listed("/half/a")).hasSize(2).startsWith(comment);
    desk.move("/half/a", "/half/b");
    assertThat(key(other, "/half/a")).isEqualTo("/half/b");
    assertThat(otherDesk.listed("/half/b")).hasSize(2);
  }

  @Test
  void oneOfTwoMoves_wins_andLeavesNothingOfTheOther() throws Exception {
    for (int round = 0; round < 10; round++) {
      var a = "/race/" + round;
      desk.post(a, "first");
      var statuses = new ConcurrentHashMap<String, Integer>();
      var threads = new ArrayList<Thread>();
      for (var to : List.of(a + "/x", a + "/y")) {
        var at = to.endsWith("x") ? desk : otherDesk;
        threads.add(
            new Thread(
                () ->
                    statuses.put(
                        to,
                        at.send("POST", "admin/articles/move", Desk.moving(a, to)).statusCode())));
      }
      threads.forEach(Thread::start);
      for (var thread : threads) {
        thread.join();
      }
      var now = key(server, a);
      // One after the other is well, too; else the key of the one that was late means nothing.
      statuses.forEach(
          (to, status) -> {
            assertThat(status).isIn(200, 409);
            assertThat(key(server, to)).isEqualTo(status == 200 ? now : to);
          });
      assertThat(statuses).containsEntry(now, 200);
    }
  }

  @Test
  void noCommentIsLost_whileAnArticleMoves() throws Exception {
    desk.post("/busy/0", "first");
    var posted = ConcurrentHashMap.<String>newKeySet();
    var key = new AtomicReference<>("/busy/0");
    var over = new AtomicBoolean();
    var failures = ConcurrentHashMap.<String>newKeySet();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      var at = i % 2 == 0 ? desk : otherDesk;
      boolean old = i < 2;
      threads.add(
          new Thread(
              () -> {
                while (!over.get()) {
                  try {
                    posted.add(at.id(old ? "/busy/0" : key.get(), "more"));
                  } catch (AssertionError | RuntimeException failure) {
                    failures.add(String.valueOf(failure));
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (int round = 1; round <= 8; round++) {
      int enough = posted.size() + 20;
      Eventually.holds("some are posted", () -> posted.size() >= enough || !failures.isEmpty());
      desk.move("/busy/0", "/busy/" + round);
      key.set("/busy/" + round);
    }
    over.set(true);
    for (var thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    for (var each : List.of("/busy/0", "/busy/3", "/busy/8")) {
      assertThat(get(other, "article?article=" + each).getLong("comments"))
          .isEqualTo(posted.size() + 1);
    }
    assertThat(new HashSet<>(desk.queue("state=all&limit=1&article=/busy/8"))).hasSize(1);
  }

  /** Moves and undos at random: which article each key means is what a model says. */
  @Test
  void whateverIsMoved_everyKeyMeansWhatTheModelSays() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("Random moves with seed " + seed);
    var random = new Random(seed);
    var model = new Model(random);
    for (int step = 0; step < 90; step++) {
      model.step(step);
    }
    model.check();
  }

  /** Keys, and the articles that they mean, each by its one comment. */
  private static final class Model {
    private final Random random;
    private final List<String> keys = new ArrayList<>();
    private final Map<String, String> meaning = new HashMap<>();
    private final Map<String, String> bears = new HashMap<>();
    private final List<Done> done = new ArrayList<>();

    /** A move that stands, or an undo. */
    private record Done(String verdict, String article, String from, String to, Set<String> news) {}

    Model(Random random) {
      this.random = random;
      for (int i = 0; i < 12; i++) {
        keys.add("/random/" + i);
      }
      for (int i = 0; i < 3; i++) {
        var id = desk.id(keys.get(i), "article " + i);
        meaning.put(keys.get(i), id);
        bears.put(id, keys.get(i));
      }
    }

    void step(int number) {
      var at = random.nextBoolean() ? desk : otherDesk;
      if (!done.isEmpty() && random.nextInt(3) == 0) {
        undo(at, done.get(random.nextInt(done.size())));
      } else {
        move(at, keys.get(random.nextInt(keys.size())), keys.get(random.nextInt(keys.size())));
      }
      if (number % 10 == 0) {
        check();
      }
      var key = keys.get(random.nextInt(keys.size()));
      checkOne(random.nextBoolean() ? server : other, key);
    }

    private void move(Desk at, String from, String to) {
      var article = meaning.get(from);
      if (article != null && meaning.containsKey(to) && !meaning.get(to).equals(article)) {
        // Their threads would become one.
        return;
      }
      var answer = at.send("POST", "admin/articles/move", Desk.moving(from, to));
      if (article == null || to.equals(bears.get(article))) {
        assertThat(answer.statusCode()).as(from + " to " + to).isEqualTo(422);
      } else {
        assertThat(answer.statusCode()).as(from + " to " + to).isEqualTo(200);
        var news = meaning.containsKey(to) ? Set.<String>of() : Set.of(to);
        var verdict = new JsonObject(answer.body()).getString("verdict");
        done.add(new Done(verdict, article, bears.get(article), to, news));
        meaning.put(to, article);
        bears.put(article, to);
      }
    }

    private void undo(Desk at, Done what) {
      var answer = at.send("POST", "admin/verdicts/" + what.verdict + "/undo", null);
      if (bears.get(what.article).equals(what.to)) {
        // What was free before an undo of it may be another's by now.
        var there = meaning.get(what.from);
        boolean taken = there != null && !there.equals(what.article);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(taken ? 409 : 200);
        if (!taken) {
          boolean leads = there == null;
          bears.put(what.article, what.from);
          meaning.put(what.from, what.article);
          what.news.forEach(meaning::remove);
          var verdict = new JsonObject(answer.body()).getString("verdict");
          var news = leads ? Set.of(what.from) : Set.<String>of();
          done.add(new Done(verdict, what.article, what.to, what.from, news));
        }
      } else {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
      }
    }

    void check() {
      keys.forEach(key -> List.of(server, other).forEach(where -> checkOne(where, key)));
    }

    private void checkOne(TestServer where, String key) {
      var list = get(where, "comments?article=" + key);
      var article = meaning.get(key);
      if (article == null) {
        assertThat(list.getJsonArray("comments")).as(key).isEmpty();
        assertThat(list.getString("article")).isEqualTo(key);
      } else {
        var ids = list.getJsonArray("comments");
        assertThat(ids).as(key).hasSize(1);
        assertThat(ids.getJsonObject(0).getString("id")).as(key).isEqualTo(article);
        assertThat(list.getString("article")).isEqualTo(bears.get(article));
      }
    }
  }
}
