package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.EventsClient;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two articles of which one has no comments become one, with all that both came to, and two again.
 */
@OnStore
@Tag("clock")
@Timeout(180)
class ArticleUnionTest {
  private static final String SITE = "unions";

  private static final AtomicInteger VISITORS = new AtomicInteger();

  private static TestServer server;
  private static TestServer other;
  private static Desk desk;
  private static Desk otherDesk;
  private static String token;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    other = TestServer.unlimited();
    server.addSite(SITE, "https://unions.example");
    token = server.addStaff(SITE, Role.OWNER);
    desk = new Desk(server, SITE, token);
    otherDesk = new Desk(other, SITE, token);
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  private static JsonObject get(TestServer where, String rest, String... headers) {
    var answer = where.get(desk.path(rest), headers);
    assertThat(answer.statusCode()).as(rest + answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  /** Views of as many visitors, who were never seen before. */
  private static void view(TestServer where, String article, int visitors) {
    for (int i = 0; i < visitors; i++) {
      int n = VISITORS.incrementAndGet();
      var address = "198.51." + n / 250 + '.' + (1 + n % 250);
      var path = desk.path("views?article=" + article);
      var answer = where.post(path, "", "X-Forwarded-For", address);
      assertThat(new JsonObject(answer.body()).getBoolean("counted")).as(answer.body()).isTrue();
    }
  }

  private static String guest(String name) {
    var answer = server.post(desk.path("guests"), "{\"name\":\"" + name + "\"}");
    return new JsonObject(answer.body()).getString("token");
  }

  private static void react(String method, String article, String guest) {
    var path = desk.path("reactions/like?article=" + article);
    var answer = other.send(method, path, "", "Authorization", "Bearer " + guest);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static void read(String article) {
    var path = desk.path("engagement?seconds=40&depth=100&article=" + article);
    assertThat(server.send("POST", path, "").statusCode()).isEqualTo(204);
  }

  private static long likes(TestServer where, String article) {
    return get(where, "article?article=" + article).getJsonObject("reactions").getLong("like");
  }

  /** Everything that counts views says the same, on both processes. */
  private static void assertViews(String article, long views) {
    for (var where : List.of(server, other)) {
      assertThat(get(where, "article?article=" + article).getLong("views")).isEqualTo(views);
      var counts = get(where, "counts?article=" + article).getJsonObject("counts");
      assertThat(counts.getJsonObject(article).getLong("views")).isEqualTo(views);
    }
    assertThat(desk.get("views/explain?article=" + article).getLong("counted")).isEqualTo(views);
  }

  private static long visitors(String article) {
    var counts = get(server, "counts?article=" + article).getJsonObject("counts");
    return counts.getJsonObject(article).getLong("visitors");
  }

  private static long inDays(String article) {
    return desk.get("views/series?step=day&article=" + article).getJsonArray("points").stream()
        .mapToLong(point -> ((JsonObject) point).getLong("views"))
        .sum();
  }

  private static long onSite() {
    return desk.get("admin/stats").getJsonObject("all").getLong("views");
  }

  @Test
  void anAddressThatWasSeenAlready_givesWay() {
    var comment = desk.id("/a/old", "first");
    view(server, "/a/old", 3);
    view(other, "/a/new", 2);
    read("/a/old");
    read("/a/new");
    var both = guest("Both");
    react("PUT", "/a/old", both);
    react("PUT", "/a/new", both);
    react("PUT", "/a/new", guest("New"));
    desk.done(
        "PATCH",
        "admin/article?article=/a/new",
        new JsonObject().put("baselineViews", 100).put("url", "https://unions.example/A/New"));
    try (var here = LiveClient.open(server.url(), SITE, "article=/a/old");
        var there = EventsClient.open(other.url(), SITE, "article=/a/new")) {
      here.await("hello");
      there.await("hello");

      var moved = desk.move("/a/old", "/a/new");

      assertThat(moved.getString("article")).isEqualTo("/a/new");
      assertThat(moved.getString("url")).isEqualTo("https://unions.example/A/New");
      assertThat(moved.getLong("views")).isEqualTo(105);
      assertThat(here.await("moved").getString("to")).isEqualTo("/a/new");
      there.await("hello", hello -> hello.getLong("comments") == 1);
      for (var key : List.of("/a/new", "/a/old")) {
        for (var where : List.of(other, server)) {
          var article = get(where, "article?article=" + key);
          assertThat(article.getString("article")).isEqualTo("/a/new");
          assertThat(article.getLong("views")).isEqualTo(105);
          assertThat(likes(where, key)).as("each reader once").isEqualTo(2);
        }
        assertThat(otherDesk.listed(key)).containsExactly(comment);
        assertThat(desk.get("views/explain?article=" + key).getLong("counted")).isEqualTo(5);
        assertThat(desk.get("engagement?article=" + key).getLong("reads")).isEqualTo(2);
      }
      view(server, "/a/new", 1);
      view(other, "/a/old", 1);
      Eventually.passes("they are told", () -> assertThat(inDays("/a/new")).isEqualTo(7));
      assertThat(visitors("/a/new")).isEqualTo(7);
      assertThat(desk.get("admin/articles?q=/a/").getJsonArray("articles")).hasSize(1);
      assertThat(desk.get("top?by=views").encode()).contains("/a/new").doesNotContain("\"\"");
      var mine = get(server, "me/data", "Authorization", "Bearer " + both);
      assertThat(mine.getJsonArray("reactions")).hasSize(1);

      desk.undo(moved);

      assertThat(desk.get("article?article=/a/new").getLong("views")).isEqualTo(102);
      assertThat(get(other, "article?article=/a/new").getString("url"))
          .isEqualTo("https://unions.example/A/New");
      assertViews("/a/old", 5);
      assertThat(visitors("/a/old")).isEqualTo(5);
      assertThat(visitors("/a/new")).isEqualTo(2);
      for (var where : List.of(other, server)) {
        assertThat(likes(where, "/a/old")).isEqualTo(1);
        assertThat(likes(where, "/a/new")).isEqualTo(2);
      }
      assertThat(desk.get("engagement?article=/a/new").getLong("reads")).isEqualTo(1);
      assertThat(desk.get("engagement?article=/a/old").getLong("reads")).isEqualTo(1);
      assertThat(otherDesk.listed("/a/old")).containsExactly(comment);
      assertThat(otherDesk.listed("/a/new")).isEmpty();
      // What one had not told yet when it gave way was told by the other.
      assertThat(inDays("/a/old")).isBetween(5L, 6L);
      assertThat(inDays("/a/old") + inDays("/a/new")).isEqualTo(7);
    }
  }

  @Test
  void anArticleWithoutComments_movesToOneThatHasSome() {
    view(server, "/b/old", 4);
    react("PUT", "/b/old", guest("Old"));
    var comment = desk.id("/b/new", "there");
    view(other, "/b/new", 1);
    try (var here = LiveClient.open(other.url(), SITE, "article=/b/old")) {
      here.await("hello");
      var moved = desk.move("/b/old", "/b/new");
      here.await("hello", hello -> hello.getString("article").equals("/b/new"));
      assertThat(moved.getString("article")).isEqualTo("/b/new");
      assertViews("/b/new", 5);
      assertThat(get(other, "article?article=/b/old").getString("article")).isEqualTo("/b/new");
      assertThat(desk.listed("/b/old")).containsExactly(comment);
      assertThat(likes(server, "/b/new")).isEqualTo(1);
      var second = otherDesk.id("/b/old", "by the old one");
      assertThat(desk.listed("/b/new")).containsExactly(comment, second);
      var entry = desk.get("admin/audit?limit=1").getJsonArray("entries").getJsonObject(0);
      assertThat(entry.encode()).contains("/b/old", "/b/new");

      desk.undo(moved);

      assertViews("/b/old", 4);
      assertViews("/b/new", 1);
      assertThat(desk.listed("/b/old")).isEmpty();
      assertThat(desk.listed("/b/new")).containsExactly(comment, second);
      assertThat(likes(other, "/b/new")).isZero();
    }
  }

  @Test
  void nothingIsAddedTwice_howeverOftenItIsAskedFor() {
    view(server, "/c/old", 2);
    view(server, "/c/new", 3);
    for (int i = 0; i < 2; i++) {
      for (var at : List.of(desk, otherDesk)) {
        var body = Desk.moving("/c/old", "/c/new");
        var answer = at.send("POST", "admin/articles/move", body, "Idempotency-Key", "twice");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertViews("/c/new", 5);
      }
    }
    var first = desk.get("admin/audit?limit=1").getJsonArray("entries").getJsonObject(0);
    var undo = "admin/verdicts/" + first.getString("id") + "/undo";
    for (var at : List.of(desk, otherDesk)) {
      var answer = at.send("POST", undo, null, "Idempotency-Key", "back");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertViews("/c/old", 2);
      assertViews("/c/new", 3);
    }
  }

  @Test
  void anOldRequest_thatComesAgain_partsNothing() {
    view(server, "/f/a", 1);
    view(server, "/f/b", 2);
    view(server, "/f/c", 4);
    var body = Desk.moving("/f/a", "/f/b");
    desk.send("POST", "admin/articles/move", body, "Idempotency-Key", "old");
    desk.id("/f/c", "there");
    desk.move("/f/b", "/f/c");
    otherDesk.send("POST", "admin/articles/move", body, "Idempotency-Key", "old");
    for (var key : List.of("/f/a", "/f/b", "/f/c")) {
      assertThat(get(other, "article?article=" + key).getString("article")).isEqualTo("/f/c");
    }
    assertViews("/f/c", 7);
  }

  /** The site's days are the sum of all views, also of those that were not told yet. */
  @Test
  void theLastViews_areToldByTheOtherOnce() {
    for (int round = 0; round < 6; round++) {
      long before = settled();
      view(server, "/d/old" + round, 2);
      view(other, "/d/new" + round, 3);
      var moved = desk.move("/d/old" + round, "/d/new" + round);
      if (round % 2 == 1) {
        desk.undo(moved);
      }
      Eventually.passes("they are told", () -> assertThat(onSite()).isEqualTo(before + 5));
      view(server, "/d/new" + round, 1);
      Eventually.passes("they are told", () -> assertThat(onSite()).isEqualTo(before + 6));
    }
  }

  /** Ticks are folded in twice a second: what is asked for twice with that between stands still. */
  private static long settled() {
    var last = new AtomicReference<>(-1L);
    Eventually.holds(
        "nothing is owed",
        () -> {
          view(server, "/settled", 0);
          long now = onSite();
          return last.getAndSet(now) == now;
        });
    return last.get();
  }

  @Test
  void aCommentThatComesMeanwhile_isNotLost() throws Exception {
    for (int round = 0; round < 12; round++) {
      var old = "/e/old" + round;
      var now = "/e/new" + round;
      desk.id(old, "first");
      view(server, now, 1);
      var moved = new AtomicReference<HttpResponse<String>>();
      var comment = new AtomicReference<String>();
      var threads =
          List.of(
              new Thread(
                  () -> moved.set(desk.send("POST", "admin/articles/move", Desk.moving(old, now)))),
              new Thread(() -> comment.set(otherDesk.id(now, "meanwhile"))));
      threads.forEach(Thread::start);
      for (var thread : threads) {
        thread.join();
      }
      int status = moved.get().statusCode();
      assertThat(status).as(moved.get().body()).isIn(200, 202, 409);
      if (status == 202) {
        desk.job(moved.get());
      }
      assertThat(desk.listed(now)).contains(comment.get()).hasSize(status == 409 ? 1 : 2);
      assertThat(otherDesk.listed(old)).hasSize(status == 409 ? 1 : 2);
      assertThat(get(other, "article?article=" + now).getLong("views")).isEqualTo(1);
    }
  }

  /** Unions and undos at random: what each key means, and how often it was viewed, a model says. */
  @Test
  void whateverBecomesOne_everyKeyMeansWhatTheModelSays() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("Random unions with seed " + seed);
    var model = new Model(new Random(seed));
    for (int step = 0; step < 70; step++) {
      model.step();
    }
    model.check();
  }

  /** Articles, by the keys that made them, and what leads where. */
  private static final class Model {
    private final Random random;
    private final List<String> keys = new ArrayList<>();
    private final Map<String, Known> places = new HashMap<>();
    private final Map<String, Known> aliases = new HashMap<>();
    private final List<Done> done = new ArrayList<>();

    /** An article. */
    private static final class Known {
      private final boolean bare;
      private String key;
      private long views;
      private @Nullable Known gaveWayTo;

      Known(String key, boolean bare) {
        this.key = key;
        this.bare = bare;
      }

      Known root() {
        return gaveWayTo == null ? this : gaveWayTo.root();
      }
    }

    /** A move that stands. */
    private record Done(
        String verdict,
        Known article,
        String from,
        String to,
        boolean leads,
        @Nullable Known joined) {}

    Model(Random random) {
      this.random = random;
      for (int i = 0; i < 9; i++) {
        var key = "/model/" + i;
        keys.add(key);
        if (i < 7) {
          boolean bare = i > 1;
          if (!bare) {
            desk.id(key, "on " + i);
          }
          var known = new Known(key, bare);
          places.put(key, known);
          view(server, key, i);
          known.views = i;
          if (i == 0) {
            view(server, key, 1);
            known.views = 1;
          }
        }
      }
    }

    private @Nullable Known meaning(String key) {
      var place = places.getOrDefault(key, aliases.get(key));
      return place == null ? null : place.root();
    }

    void step() {
      if (!done.isEmpty() && random.nextInt(5) < 2) {
        undo(done.get(random.nextInt(done.size())));
      } else {
        move(keys.get(random.nextInt(9)), keys.get(random.nextInt(9)));
      }
      var key = keys.get(random.nextInt(9));
      var known = meaning(key);
      if (known != null && random.nextInt(3) == 0) {
        view(random.nextBoolean() ? server : other, key, 1);
        known.views++;
      }
      check(key);
    }

    private void move(String from, String to) {
      var at = random.nextBoolean() ? desk : otherDesk;
      var article = meaning(from);
      var target = meaning(to);
      boolean union = article != null && target != null && target != article;
      if (union && !target.bare && !article.bare) {
        // Their threads would become one.
        return;
      }
      var answer = at.send("POST", "admin/articles/move", Desk.moving(from, to));
      if (article == null || to.equals(article.key)) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        return;
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      var verdict = new JsonObject(answer.body()).getString("verdict");
      if (!union) {
        done.add(new Done(verdict, article, article.key, to, target == null, null));
        aliases.putIfAbsent(to, article);
        article.key = to;
        return;
      }
      var stays = target.bare ? article : target;
      var gives = target.bare ? target : article;
      done.add(new Done(verdict, stays, stays.key, target.key, false, gives));
      stays.key = target.key;
      stays.views += gives.views;
      gives.gaveWayTo = stays;
    }

    private void undo(Done what) {
      var at = random.nextBoolean() ? desk : otherDesk;
      var answer = at.send("POST", "admin/verdicts/" + what.verdict + "/undo", null);
      var article = what.article;
      boolean can =
          article.gaveWayTo == null
              && article.key.equals(what.to)
              && (meaning(what.from) == null || meaning(what.from) == article)
              && (what.joined == null || what.joined.gaveWayTo == article);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(can ? 200 : 409);
      if (!can) {
        return;
      }
      done.remove(what);
      article.key = what.from;
      aliases.putIfAbsent(what.from, article);
      if (what.leads) {
        aliases.remove(what.to);
      }
      if (what.joined != null) {
        what.joined.gaveWayTo = null;
        article.views -= what.joined.views;
      }
    }

    void check() {
      keys.forEach(this::check);
    }

    private void check(String key) {
      var known = meaning(key);
      for (var where : List.of(server, other)) {
        var article = get(where, "article?article=" + key);
        assertThat(article.getString("article")).isEqualTo(known == null ? key : known.key);
        assertThat(article.getLong("views")).as(key).isEqualTo(known == null ? 0 : known.views);
      }
    }
  }
}
