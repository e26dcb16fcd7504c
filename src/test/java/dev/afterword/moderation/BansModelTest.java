package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random bans of authors and networks, with an end, in the shadow, with removals, between verdicts
 * and undos of all of them, beside a model that is written from the documentation.
 */
@OnStore
@Timeout(300)
class BansModelTest {
  private static final long SEED = Long.getLong("afterword.seed", 20_261_126L);
  private static final String SITE = "banned";
  private static final List<String> ARTICLES = List.of("/a", "/b");
  private static final List<String> VERDICTS = List.of("approve", "reject", "spam", "delete");

  @AutoClose private static TestServer server;
  private static Desk desk;

  private final Random random = new Random(SEED);
  private final List<Writer> writers = new ArrayList<>();
  private final List<String> order = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();

  /** By author what holds: a name of its own for each ban, or nothing. */
  private final Map<String, String> bans = new HashMap<>();

  private int named;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite(SITE, "https://banned.example");
    desk = server.desk(SITE, Role.MODERATOR);
  }

  private record Writer(String id, String token, String network, Map<String, Kept> wrote) {}

  private record Step(String entry, String before, String after) {}

  /**
   * An entry of the journal: a decision about comments, or of a ban what it changed.
   *
   * @param removes whether it removes comments, or brings them back; {@code null} for neither
   * @param since the ban that it is, or is again
   */
  private record Entry(
      String id,
      List<Kept> comments,
      Writer banned,
      String before,
      String after,
      Boolean removes,
      String since) {}

  /** What a comment should be. */
  private final class Kept {
    private final Deque<Step> decided = new ArrayDeque<>();
    private final int born = order.size();
    private String state;
    private String undo;
    private Step undone;

    Kept(String state) {
      this.state = state;
    }

    void decide(String entry, String to) {
      if (!to.equals(state)) {
        decided.push(new Step(entry, state, to));
        undo = null;
        undone = null;
        state = to;
      }
    }

    boolean takeBack(String entry, String by) {
      var latest = decided.peek();
      if (latest != null && latest.entry.equals(entry)) {
        if (!latest.after.equals(state)) {
          return false;
        }
        undone = decided.pop();
        undo = by;
        state = latest.before;
        return true;
      }
      if (!entry.equals(undo) || !undone.before.equals(state)) {
        return false;
      }
      decide(by, undone.after);
      return true;
    }

    /** Unless somebody decided since the ban, or it was written later. */
    void remove(String entry, String since) {
      int ban = order.indexOf(since);
      boolean later =
          decided.stream().anyMatch(step -> order.indexOf(step.entry) >= ban)
              || (undo != null && order.indexOf(undo) >= ban);
      if (List.of("visible", "pending", "shadow").contains(state) && born <= ban && !later) {
        decide(entry, "deleted");
      }
    }
  }

  @Test
  void whateverIsDecided_isWhatTheModelSays() {
    desk.moderate("/b");
    for (int i = 0; i < 4; i++) {
      // Three share one, so that bans of it meet.
      var network = "192.0.2." + i / 3;
      var guest =
          server.post(desk.path("guests"), "{\"name\":\"Ada\"}", "X-Forwarded-For", network);
      var json = new JsonObject(guest.body());
      var id = json.getJsonObject("author").getString("id");
      writers.add(new Writer(id, json.getString("token"), network, new TreeMap<>()));
    }
    for (int step = 0; step < 140; step++) {
      var as = "seed " + SEED + ", step " + step;
      var writer = writers.get(random.nextInt(writers.size()));
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> write(as, writer);
        case 3 -> takeAway(as, writer);
        case 4 -> decide(as, writer);
        case 5 -> ban(as, writer);
        case 6 -> unban(as, writer);
        default -> undo(as);
      }
      if (step % 7 == 6) {
        assertThat(states()).as(as).isEqualTo(expected());
        QueueModelTest.assertAgrees(server, desk, SITE, ARTICLES);
      }
    }
    QueueModelTest.awaitJobs(SITE);
    assertThat(states()).isEqualTo(expected());
    QueueModelTest.assertAgrees(server, desk, SITE, ARTICLES);
  }

  private Map<String, String> expected() {
    var states = new HashMap<String, String>();
    for (var writer : writers) {
      writer.wrote.forEach(
          (id, kept) -> states.put(id, kept.state.equals("shadow") ? "rejected" : kept.state));
    }
    return states;
  }

  private static Map<String, String> states() {
    return QueueModelTest.states(desk);
  }

  private static HttpResponse<String> send(
      Writer writer, String method, String path, JsonObject body) {
    return server.send(
        method,
        desk.path(path),
        body == null ? "" : body.encode(),
        "Authorization",
        "Bearer " + writer.token,
        "Content-Type",
        "application/json",
        "X-Forwarded-For",
        writer.network);
  }

  private void write(String as, Writer writer) {
    var article = ARTICLES.get(random.nextInt(2));
    var body = new JsonObject().put("text", "text " + random.nextInt());
    var answer = send(writer, "POST", "comments?article=" + article, body);
    var holding = holding(writer);
    if (holding.contains("hard")) {
      assertThat(answer.statusCode()).as(as).isEqualTo(403);
      return;
    }
    boolean waits = article.equals("/b");
    assertThat(answer.statusCode()).as(as).isEqualTo(waits ? 202 : 201);
    var comment = new JsonObject(answer.body()).getJsonObject("comment");
    assertThat(comment.getString("state")).as(as).isEqualTo(waits ? "pending" : "visible");
    var state = waits ? "pending" : holding.contains("shadow") ? "shadow" : "visible";
    writer.wrote.put(comment.getString("id"), new Kept(state));
  }

  /**
   * The bans of the writer, and of any other who wrote from the same network when it was banned.
   */
  private String holding(Writer writer) {
    return writers.stream()
        .filter(each -> each.network.equals(writer.network))
        .map(
            each ->
                each.id.equals(writer.id) ? ban(each) : ban(each).contains("net") ? ban(each) : "")
        .collect(Collectors.joining());
  }

  private String ban(Writer writer) {
    return bans.getOrDefault(writer.id, "");
  }

  private static Map.Entry<String, Kept> one(Random random, Writer writer) {
    var all = List.copyOf(writer.wrote.entrySet());
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private void takeAway(String as, Writer writer) {
    var one = one(random, writer);
    if (one != null) {
      var kept = one.getValue();
      boolean can = List.of("visible", "pending", "shadow").contains(kept.state);
      var answer = send(writer, "DELETE", "comments/" + one.getKey(), null);
      assertThat(answer.statusCode()).as(as).isEqualTo(can ? 204 : 404);
      kept.state = can ? "deleted" : kept.state;
    }
  }

  private void decide(String as, Writer writer) {
    var one = one(random, writer);
    if (one == null) {
      return;
    }
    var verdict = VERDICTS.get(random.nextInt(VERDICTS.size()));
    var decided = desk.decide(verdict, one.getKey());
    var kept = one.getValue();
    var to = List.of("visible", "rejected", "spam", "deleted").get(VERDICTS.indexOf(verdict));
    boolean decides = !kept.state.equals("deleted") && !kept.state.equals(to);
    assertThat(decided.getString("verdict") != null).as(as).isEqualTo(decides);
    if (decides) {
      var id = decided.getString("verdict");
      order.add(id);
      kept.decide(id, to);
      entries.add(new Entry(id, List.of(kept), null, null, null, null, null));
    }
  }

  private void ban(String as, Writer writer) {
    boolean shadow = random.nextInt(3) == 0;
    boolean network = random.nextBoolean() && !writer.wrote.isEmpty();
    boolean removes = !shadow && random.nextBoolean();
    var body =
        new JsonObject()
            .put("shadow", shadow)
            .put("network", network)
            .put("removeComments", removes)
            .put("reason", "number " + named);
    if (random.nextBoolean()) {
      body.put("until", Instant.now().plusSeconds(3_600).toString());
    }
    var name = (shadow ? "shadow " : "hard ") + (network ? "net " : "") + named++;
    var answer = desk.send("PUT", "admin/bans/" + writer.id, body);
    assertThat(answer.statusCode()).as(as + answer.body()).isEqualTo(removes ? 202 : 200);
    change(writer, name, answer, removes ? true : null);
  }

  private void unban(String as, Writer writer) {
    var answer = desk.send("DELETE", "admin/bans/" + writer.id, null);
    boolean holds = !ban(writer).isEmpty();
    assertThat(answer.statusCode()).as(as).isEqualTo(holds ? 200 : 404);
    if (holds) {
      change(writer, "", answer, null);
    }
  }

  private void change(Writer writer, String name, HttpResponse<String> answer, Boolean removes) {
    var id = new JsonObject(answer.body()).getString("verdict");
    carryOut(new Entry(id, List.of(), writer, ban(writer), name, removes, id), null);
  }

  private void carryOut(Entry entry, Entry undoes) {
    order.add(entry.id);
    entries.add(entry);
    if (entry.banned != null) {
      bans.put(entry.banned.id, entry.after);
    }
    if (entry.removes != null) {
      for (var kept : entry.banned.wrote.values()) {
        boolean back = undoes != null && kept.takeBack(undoes.id, entry.id);
        if (!back && entry.removes) {
          kept.remove(entry.id, entry.since);
        }
      }
      awaitJob(entry.id);
    }
  }

  private static void awaitJob(String id) {
    Eventually.holds(
        "the job is done",
        Duration.ofSeconds(20),
        () -> {
          var job = desk.get("admin/jobs/" + id);
          return job.getLong("done").equals(job.getLong("total"));
        });
  }

  private void undo(String as) {
    if (entries.isEmpty()) {
      return;
    }
    var entry = entries.get(entries.size() - 1 - random.nextInt(Math.min(4, entries.size())));
    var answer = desk.send("POST", "admin/verdicts/" + entry.id + "/undo", null);
    var undo = answer.statusCode() < 300 ? new JsonObject(answer.body()).getString("verdict") : "";
    if (entry.banned == null) {
      order.add(undo);
      boolean done = entry.comments.get(0).takeBack(entry.id, undo);
      assertThat(answer.statusCode()).as(as).isEqualTo(done ? 200 : 409);
      if (done) {
        entries.add(new Entry(undo, entry.comments, null, null, null, null, null));
      }
      return;
    }
    boolean stands = ban(entry.banned).equals(entry.after);
    int expected = !stands ? 409 : entry.removes != null ? 202 : 200;
    assertThat(answer.statusCode()).as(as + answer.body()).isEqualTo(expected);
    if (stands) {
      var removes = entry.removes == null ? null : (Boolean) !entry.removes;
      carryOut(
          new Entry(undo, List.of(), entry.banned, entry.after, entry.before, removes, entry.since),
          entry);
    }
  }
}
