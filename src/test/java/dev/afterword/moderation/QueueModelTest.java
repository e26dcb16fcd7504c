package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever moderators and authors do, queues, counts and what is shown say the same. */
@OnStore
@Timeout(300)
class QueueModelTest {
  private static final List<String> VERDICTS =
      List.of("approve", "reject", "spam", "delete", "restore", "pin", "unpin", "feature");
  private static final long SEED = Long.getLong("afterword.seed", 20_261_126L);

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("model", "https://model.example");
    server.addSite("crowd", "https://crowd.example");
  }

  /** What one comment should be. */
  static final class Model {
    /** A decision: its entry, and the states before and after. */
    private record Step(String verdict, String before, String after) {}

    private final ArrayDeque<Step> decided = new ArrayDeque<>();

    /** The entries that decided about it; what was so already is none. */
    private final Set<String> entries = new HashSet<>();

    private String state;

    /** One that was written, and has that state. */
    Model(String state) {
      this.state = state;
    }

    String state() {
      return state;
    }

    /** As {@code results} should say it. */
    String decide(String verdict, String entry) {
      var to = target(verdict);
      if (to == null) {
        return "not-possible";
      }
      if (!to.equals(state)) {
        decided.push(new Step(entry, state, to));
        entries.add(entry);
        state = to;
      }
      return state;
    }

    private String target(String verdict) {
      boolean gone = state.equals("deleted");
      return switch (verdict) {
        case "approve" -> gone ? null : "visible";
        case "reject" -> gone ? null : "rejected";
        case "spam" -> gone ? null : "spam";
        case "delete" -> "deleted";
        case "restore" ->
            state.equals("pending") ? null : gone ? decided.peek().before() : "visible";
        default -> throw new IllegalArgumentException(verdict);
      };
    }

    String undo(String entry) {
      var latest = decided.peek();
      if (latest == null || !latest.verdict().equals(entry)) {
        return "changed-since";
      }
      state = decided.pop().before();
      return state;
    }
  }

  @Test
  void oneModerator_leavesWhatTheModelSays() {
    var random = new Random(SEED);
    var desk = desk("model");
    desk.moderate("/a");
    desk.moderate("/b");
    var models = new TreeMap<String, Model>();
    for (int i = 0; i < 12; i++) {
      models.put(desk.id(i % 2 == 0 ? "/a" : "/b", "number " + i), new Model("pending"));
    }
    var ids = List.copyOf(models.keySet());
    var entries = new ArrayList<JsonObject>();
    for (int step = 0; step < 150; step++) {
      var as = "seed " + SEED + ", step " + step;
      if (!entries.isEmpty() && random.nextInt(3) == 0) {
        var entry = entries.get(random.nextInt(entries.size()));
        var answer =
            desk.send("POST", "admin/verdicts/" + entry.getString("verdict") + "/undo", null);
        var expected = new ArrayList<String>();
        entry
            .getJsonArray("results")
            .forEach(
                each -> {
                  var model = models.get(((JsonObject) each).getString("id"));
                  if (model.entries.contains(entry.getString("verdict"))) {
                    expected.add(model.undo(entry.getString("verdict")));
                  }
                });
        if (expected.stream().allMatch("changed-since"::equals)) {
          assertThat(answer.statusCode()).as(as).isEqualTo(409);
        } else {
          assertThat(Desk.results(new JsonObject(answer.body())).split(" "))
              .as(as)
              .containsExactlyElementsOf(expected);
        }
      } else {
        var some = new ArrayList<String>();
        for (var id : ids) {
          if (random.nextInt(4) == 0) {
            some.add(id);
          }
        }
        if (some.isEmpty()) {
          continue;
        }
        var verdict = VERDICTS.get(random.nextInt(5));
        var decided = desk.decide(verdict, some.toArray(String[]::new));
        var expected =
            some.stream().map(id -> models.get(id).decide(verdict, decided.getString("verdict")));
        assertThat(Desk.results(decided).split(" "))
            .as(as + " " + verdict)
            .containsExactly(expected.toArray(String[]::new));
        if (decided.getString("verdict") != null) {
          entries.add(decided);
        }
      }
      if (step % 10 == 9) {
        var states = new TreeMap<String, String>();
        models.forEach((id, model) -> states.put(id, model.state));
        assertThat(states(desk)).as(as).isEqualTo(states);
        assertAgrees(server, desk, "model", List.of("/a", "/b"));
        assertCounted(desk, models.values(), as);
      }
    }
  }

  /** A decision counts as long as it stands. */
  private static void assertCounted(Desk desk, Collection<Model> models, String as) {
    var all = desk.get("admin/stats").getJsonObject("all");
    assertThat(all.getLong("comments")).as(as).isEqualTo(models.size());
    for (var state : List.of("visible", "rejected", "spam", "deleted")) {
      var name = state.equals("visible") ? "approved" : state;
      assertThat(all.getLong(name))
          .as(as + ", " + name)
          .isEqualTo(standing(models, step -> step.after().equals(state)));
    }
    assertThat(all.getLong("waited"))
        .as(as + ", waited")
        .isEqualTo(standing(models, step -> step.before().equals("pending")));
  }

  private static long standing(Collection<Model> models, Predicate<Model.Step> which) {
    return models.stream().flatMap(model -> model.decided.stream()).filter(which).count();
  }

  @Test
  void manyAtOnce_leaveQueuesCountsAndListsThatAgree() throws Exception {
    var articles = List.of("/a", "/b", "/c");
    var desk = desk("crowd");
    desk.moderate("/a");
    var posted = new ArrayList<JsonObject>();
    for (int i = 0; i < 30; i++) {
      posted.add(desk.post(articles.get(i % 3), "root " + i));
    }
    var pool = Executors.newFixedThreadPool(6);
    var work = new ArrayList<Future<?>>();
    for (int thread = 0; thread < 6; thread++) {
      var random = new Random(SEED + thread);
      boolean reader = thread > 3;
      work.add(
          pool.submit(
              () -> {
                var mine = reader ? desk : desk("crowd");
                for (int step = 0; step < 60; step++) {
                  if (reader) {
                    read(random, posted);
                  } else if (step % 4 == 0) {
                    ban(random, mine, posted);
                  } else {
                    decide(random, mine, posted);
                  }
                }
              }));
    }
    for (var each : work) {
      each.get();
    }
    pool.shutdown();
    awaitJobs("crowd");
    assertAgrees(server, desk, "crowd", articles);
  }

  /** Decides about some, and takes every other decision back. */
  private static void decide(Random random, Desk desk, List<JsonObject> posted) {
    var some = new HashSet<String>();
    while (some.size() < 3) {
      some.add(id(posted.get(random.nextInt(posted.size()))));
    }
    var verdict = VERDICTS.get(random.nextInt(VERDICTS.size()));
    var decided = desk.decide(verdict, some.toArray(String[]::new));
    if (decided.getString("verdict") != null && random.nextBoolean()) {
      var path = "admin/verdicts/" + decided.getString("verdict") + "/undo";
      assertThat(desk.send("POST", path, null).statusCode()).isIn(200, 409);
    }
  }

  /** Bans somebody, now and then in the shadow, else with what they wrote; and ends it again. */
  private static void ban(Random random, Desk desk, List<JsonObject> posted) {
    var one = posted.get(random.nextInt(posted.size())).getJsonObject("comment");
    var path = "admin/bans/" + one.getJsonObject("author").getString("id");
    boolean shadow = random.nextInt(3) == 0;
    var body = new JsonObject().put("shadow", shadow).put("removeComments", !shadow);
    var answer = desk.send("PUT", path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(shadow ? 200 : 202);
    var verdict = new JsonObject(answer.body()).getString("verdict");
    int ended =
        random.nextInt(3) == 0
            ? desk.send("DELETE", path, null).statusCode()
            : desk.send("POST", "admin/verdicts/" + verdict + "/undo", null).statusCode();
    assertThat(ended).isIn(200, 202, 404, 409);
  }

  /** Edits, deletes, votes, reports and answers. */
  private static void read(Random random, List<JsonObject> posted) {
    var one = posted.get(random.nextInt(posted.size()));
    var other = posted.get(random.nextInt(posted.size()));
    var path = "/api/v1/crowd/comments/" + id(one);
    var author = "Bearer " + one.getString("token");
    var stranger = "Bearer " + other.getString("token");
    int status =
        switch (random.nextInt(5)) {
          case 0 -> send("PATCH", path, "{\"text\":\"new " + random.nextInt() + "\"}", author);
          case 1 -> random.nextInt(6) == 0 ? send("DELETE", path, "", author) : 200;
          case 2 -> send("PUT", path + "/vote", "{\"value\":1}", stranger);
          case 3 -> send("POST", path + "/reports", "{\"reason\":\"spam\"}", stranger);
          default -> {
            var answer = new JsonObject().put("text", "an answer").put("parent", id(one));
            var article = one.getJsonObject("comment").getString("article");
            var comments = "/api/v1/crowd/comments?article=" + article;
            yield send("POST", comments, answer.encode(), stranger);
          }
        };
    assertThat(status).isIn(200, 201, 202, 204, 403, 404, 422);
  }

  private static int send(String method, String path, String body, String token) {
    return server
        .send(method, path, body, "Authorization", token, "Content-Type", "application/json")
        .statusCode();
  }

  private static String id(JsonObject posted) {
    return posted.getJsonObject("comment").getString("id");
  }

  private static Desk desk(String site) {
    return server.desk(site, Role.MODERATOR);
  }

  static Map<String, String> states(Desk desk) {
    var states = new HashMap<String, String>();
    for (var comment : all(desk, "state=all")) {
      states.put(comment.getString("id"), comment.getString("state"));
    }
    return states;
  }

  /** Every page of a queue. */
  private static List<JsonObject> all(Desk desk, String query) {
    var all = new ArrayList<JsonObject>();
    String after = null;
    do {
      var page =
          desk.get("admin/queue?limit=7&" + query + (after == null ? "" : "&after=" + after));
      page.getJsonArray("comments").forEach(each -> all.add((JsonObject) each));
      after = page.getString("next");
    } while (after != null);
    return all;
  }

  /** Waits until no job of a site is under way. */
  static void awaitJobs(String site) {
    Eventually.holds(
        "all jobs have ended",
        Duration.ofSeconds(60),
        () -> {
          try (var resp = TestStore.connect()) {
            return resp.number("EXISTS", "{" + site + "}:jobs") == 0;
          }
        });
  }

  static void assertAgrees(TestServer server, Desk desk, String site, List<String> articles) {
    var states = states(desk);
    for (var queue : List.of("pending", "rejected", "spam")) {
      var expected = new HashSet<String>();
      states.forEach(
          (id, state) -> {
            if (state.equals(queue)) {
              expected.add(id);
            }
          });
      var held = all(desk, "state=" + queue).stream().map(each -> each.getString("id")).toList();
      assertThat(held).as(queue).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(desk.count(queue)).as(queue).isEqualTo(expected.size());
    }
    var reported = all(desk, "state=reported");
    assertThat(reported).allMatch(each -> each.getString("state").equals("visible"));
    assertThat(desk.count("reported")).isEqualTo(reported.size());
    var shown = new HashSet<String>();
    for (var article : articles) {
      var list = desk.get("comments?limit=100&replies=100&article=" + article);
      collect(list.getJsonArray("comments"), shown);
      assertThat(list.getInteger("total")).isEqualTo((int) visibleOf(desk, article));
    }
    var visible = new HashSet<>(states.keySet());
    visible.removeIf(id -> !states.get(id).equals("visible"));
    assertThat(shown).isEqualTo(visible);
    assertThat(server.recount(site).faults()).isZero();
  }

  private static long visibleOf(Desk desk, String article) {
    return all(desk, "state=all&article=" + article).stream()
        .filter(each -> each.getString("state").equals("visible"))
        .count();
  }

  private static void collect(JsonArray comments, Set<String> shown) {
    for (var each : comments) {
      var comment = (JsonObject) each;
      if (comment.getString("state").equals("visible")) {
        shown.add(comment.getString("id"));
      }
      collect(comment.getJsonObject("replies").getJsonArray("comments"), shown);
    }
  }
}
