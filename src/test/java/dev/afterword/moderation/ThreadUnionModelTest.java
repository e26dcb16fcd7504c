package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.moderation.ThreadModel.Node;
import dev.afterword.moderation.ThreadModel.Place;
import dev.afterword.moderation.ThreadModel.Union;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random comments, replies, edits, votes and verdicts by any key and id, while threads become one
 * and two again on two processes, beside a model that is written from the documentation.
 */
@OnStore
@Tag("clock")
@Timeout(300)
class ThreadUnionModelTest {
  private static final long SEED =
      Long.getLong("afterword.seed", ThreadLocalRandom.current().nextLong());
  private static final String SITE = "threadmodel";
  private static final int STEPS = 160;
  private static final List<String> VERDICTS =
      List.of("approve", "reject", "spam", "delete", "restore");

  private static TestServer server;
  private static TestServer other;
  private static List<Desk> desks;

  private final Random random = new Random(SEED);
  private final List<Place> places = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Union> unions = new ArrayList<>();
  private final Map<String, List<Node>> entries = new LinkedHashMap<>();
  private final Map<Place, String> jobs = new HashMap<>();
  private List<Reader> readers;
  private String as = "";

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    other = TestServer.unlimited();
    server.addSite(SITE, "https://model.example");
    var token = server.addStaff(SITE, Role.OWNER);
    desks = List.of(new Desk(server, SITE, token), new Desk(other, SITE, token));
    var held = new JsonObject().put("heldWords", new JsonArray().add("patience"));
    desks.get(0).done("PUT", "admin/settings", held);
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  private Desk desk() {
    return any(desks);
  }

  private <T> T any(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  @Test
  void whateverIsJoined_everyCommentIsWhatTheModelSays() {
    System.out.println("Random threads with seed " + SEED);
    readers = Stream.of("Eve", "Finn", "Gus").map(name -> Reader.named(desk(), name)).toList();
    for (int i = 0; i < 4; i++) {
      places.add(new Place("/model/" + i));
      for (int some = 0; some < 5; some++) {
        post(places.get(i).key, null);
      }
    }
    for (int step = 0; step < STEPS; step++) {
      as = "seed " + SEED + ", step " + step;
      switch (random.nextInt(20)) {
        case 0, 1, 2 -> join();
        case 3, 4 -> part();
        case 5, 6 -> post(any(places).key, null);
        case 7, 8, 9, 10 -> reply();
        case 11, 12, 13 -> vote();
        case 14, 15 -> edit();
        case 16, 17 -> decide();
        case 18 -> takeBack();
        default -> takeAway();
      }
      if (step % 40 == 39) {
        settle();
        check();
      }
    }
  }

  /** Whether a job moves comments to an article, or away from it. */
  private boolean isBusy(Place place) {
    var job = jobs.get(place);
    if (job != null && desk().hasEnded(job)) {
      jobs.remove(place);
    }
    return jobs.containsKey(place);
  }

  private void settle() {
    Eventually.holds(
        as + ", all jobs have ended",
        Duration.ofSeconds(60),
        () -> places.stream().noneMatch(this::isBusy));
  }

  private List<Node> below(Place place) {
    return nodes.stream().filter(node -> node.root().home == place).toList();
  }

  private void join() {
    var from = any(places);
    var to = any(places);
    var gives = from.meaning();
    var stays = to.meaning();
    if (gives == stays || isBusy(gives) || isBusy(stays)) {
      return;
    }
    var body = Desk.moving(from.key, to.key);
    var roots = below(gives).stream().filter(node -> node.parent == null).toList();
    var answer = desk().send("POST", "admin/articles/move", body);
    begun(answer, gives, stays);
    unions.add(new Union(verdict(answer), gives, stays, roots));
    gives.gaveWayTo = stays;
    roots.forEach(root -> root.home = stays);
  }

  private void begun(HttpResponse<String> answer, Place one, Place two) {
    assertThat(answer.statusCode()).as(as + answer.body()).isEqualTo(202);
    jobs.put(one, verdict(answer));
    jobs.put(two, verdict(answer));
  }

  private static String verdict(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getString("verdict");
  }

  /** Also of what is still under way; but not between others. */
  private void part() {
    if (unions.isEmpty()) {
      return;
    }
    var union = any(unions);
    for (var place : List.of(union.from(), union.to())) {
      if (isBusy(place) && !union.verdict().equals(jobs.get(place))) {
        return;
      }
    }
    var answer = desk().send("POST", "admin/verdicts/" + union.verdict() + "/undo", null);
    if (union.to().gaveWayTo != null) {
      assertThat(answer.statusCode()).as(as + answer.body()).isEqualTo(409);
      return;
    }
    begun(answer, union.from(), union.to());
    unions.remove(union);
    union.from().gaveWayTo = null;
    union.roots().forEach(root -> root.home = union.from());
  }

  private void post(String key, Node parent) {
    var node = new Node(parent, any(readers));
    node.text = (random.nextInt(5) == 0 ? "patience " : "text ") + nodes.size();
    node.key = key;
    node.once = "post-" + nodes.size();
    node.draft = new JsonObject().put("text", node.text);
    if (parent != null) {
      node.draft.put("parent", any(List.copyOf(parent.ids)));
    }
    var place = places.stream().filter(each -> each.key.equals(key)).findFirst().orElseThrow();
    boolean busy = isBusy(place) || isBusy(place.meaning());
    var answer = again(node, desk());
    if (answer.statusCode() > 202) {
      assertThat(busy).as(as + answer.body()).isTrue();
      assertThat(answer.body()).containsAnyOf("article-read-only", "parent-unknown");
      return;
    }
    var comment = new JsonObject(answer.body()).getJsonObject("comment");
    var id = comment.getString("id");
    node.ids.add(id);
    node.model = new QueueModelTest.Model(comment.getString("state"));
    if (place.number.isEmpty()) {
      place.number = id.substring(0, 12);
    }
    // Where it was posted while its article was on the way, the answer tells.
    node.home =
        places.stream().filter(each -> id.startsWith(each.number)).findFirst().orElseThrow();
    if (!busy) {
      assertThat(id).as(as).startsWith(place.meaning().number);
    }
    nodes.add(node);
    if (parent != null) {
      parent.replies.add(node);
      assertThat(comment.getInteger("depth")).as(as).isEqualTo(node.depth());
    }
  }

  private static HttpResponse<String> again(Node node, Desk at) {
    return node.author
        .at(at)
        .send("POST", "comments?article=" + node.key, node.draft, "Idempotency-Key", node.once);
  }

  private void reply() {
    var parent = any(nodes);
    if (parent.isVisible() && parent.depth() < 3) {
      var home = parent.root().home;
      var keys = places.stream().filter(place -> place.meaning() == home).toList();
      post(any(keys).key, parent);
    }
  }

  /** Changes a comment by any of its ids; answers nothing when its article is on the way. */
  private Optional<JsonObject> change(
      Reader who, String method, Node node, String rest, JsonObject body) {
    boolean busy = isBusy(node.root().home);
    var path = "comments/" + any(List.copyOf(node.ids)) + rest;
    var answer = who.at(desk()).send(method, path, body);
    if (answer.statusCode() == 200) {
      assertThat(new JsonObject(answer.body()).getString("id")).as(as).isIn(idsOf(node, busy));
      return Optional.of(new JsonObject(answer.body()));
    }
    assertThat(answer.body()).as(as + ' ' + path).contains("article-read-only");
    assertThat(busy).as(as + answer.body()).isTrue();
    return Optional.empty();
  }

  /** Those that it may be told by. */
  private List<String> idsOf(Node node, boolean busy) {
    return busy
        ? places.stream().map(place -> Desk.at(node.id(), place.number)).toList()
        : List.of(node.id());
  }

  private void vote() {
    var node = any(nodes);
    var voter = any(readers);
    int value = random.nextInt(3) - 1;
    if (node.isVisible() && !voter.equals(node.author)) {
      change(voter, "PUT", node, "/vote", new JsonObject().put("value", value))
          .ifPresent(
              votes -> {
                node.votes.put(voter, value);
                assertThat(votes.getLong("up")).as(as).isEqualTo(node.votes(1));
                assertThat(votes.getLong("down")).as(as).isEqualTo(node.votes(-1));
              });
    }
  }

  private void edit() {
    var node = any(nodes);
    if (node.isVisible() || node.state().equals("pending")) {
      var text = "edited " + as;
      change(node.author, "PATCH", node, "", new JsonObject().put("text", text))
          .ifPresent(
              edited -> {
                node.earlier.add(node.text);
                node.text = text;
              });
    }
  }

  private void takeAway() {
    var node = any(nodes);
    if (node.isVisible() || node.state().equals("pending")) {
      var path = "comments/" + any(List.copyOf(node.ids));
      var answer = node.author.at(desk()).send("DELETE", path, null);
      assertThat(answer.statusCode()).as(as + answer.body()).isEqualTo(204);
      node.gone = true;
    }
  }

  private void decide() {
    var some = Stream.of(any(nodes), any(nodes), any(nodes)).distinct();
    var chosen = some.filter(node -> !node.gone).toList();
    if (chosen.isEmpty()) {
      return;
    }
    var verdict = any(VERDICTS);
    var ids = chosen.stream().map(node -> any(List.copyOf(node.ids)));
    var decided = desk().decide(verdict, ids.toArray(String[]::new));
    var entry = decided.getString("verdict");
    var expected = chosen.stream().map(node -> node.model.decide(verdict, entry)).toList();
    assertThat(Desk.results(decided).split(" "))
        .as(as + verdict)
        .containsExactlyElementsOf(expected);
    if (entry != null) {
      entries.put(entry, chosen);
    }
  }

  private void takeBack() {
    if (entries.isEmpty()) {
      return;
    }
    var entry = any(List.copyOf(entries.keySet()));
    var answer = desk().send("POST", "admin/verdicts/" + entry + "/undo", null);
    // Of what could not be decided the entry does not tell.
    var expected =
        entries.get(entry).stream()
            .map(node -> node.gone ? "changed-since" : node.model.undo(entry))
            .filter(result -> !result.equals("changed-since"))
            .toList();
    assertThat(answer.statusCode())
        .as(as + answer.body())
        .isEqualTo(expected.isEmpty() ? 409 : 200);
    if (!expected.isEmpty()) {
      assertThat(Stream.of(Desk.results(new JsonObject(answer.body())).split(" ")))
          .as(as)
          .filteredOn(result -> !result.equals("changed-since"))
          .containsExactlyElementsOf(expected);
    }
  }

  private void check() {
    var states = new HashMap<String, String>();
    nodes.forEach(node -> states.put(node.id(), node.state()));
    assertThat(QueueModelTest.states(desk())).as(as).isEqualTo(states);
    for (var place : places) {
      var there = below(place.meaning());
      var listed =
          there.stream().filter(node -> node.parent == null).flatMap(Node::branch).toList();
      assertThat(desk().thread(place.key).stream().map(ThreadModel::line))
          .as(as + ' ' + place.key)
          .containsExactlyElementsOf(
              listed.stream().filter(Node::isListed).map(Node::line).toList());
      var list = desk().get("comments?article=" + place.key);
      assertThat(list.getString("article")).as(as).isEqualTo(place.meaning().key);
      assertThat(list.getLong("total"))
          .as(as)
          .isEqualTo(there.stream().filter(Node::isVisible).count());
      assertThat(list.getJsonObject("info").getString("state")).as(as).isEqualTo("open");
      for (var reader : readers) {
        var votes = new JsonObject();
        there.forEach(node -> votes.put(node.id(), node.votes.getOrDefault(reader, 0)));
        votes.getMap().values().removeIf(value -> value.equals(0));
        assertThat(reader.at(desk()).me(place.key).getJsonObject("votes")).as(as).isEqualTo(votes);
      }
    }
    nodes.forEach(this::check);
    QueueModelTest.assertAgrees(
        server, desk(), SITE, places.stream().map(each -> each.key).toList());
  }

  private void check(Node node) {
    node.ids.add(node.id());
    for (var id : node.ids) {
      var answer = desk().sendAs(null, "GET", "comments/" + id, null);
      assertThat(answer.statusCode()).as(as + ' ' + id).isEqualTo(node.isListed() ? 200 : 404);
      if (node.isListed()) {
        assertThat(ThreadModel.line(new JsonObject(answer.body()))).as(as).isEqualTo(node.line());
      }
    }
    var revisions = desk().get("admin/comments/" + any(List.copyOf(node.ids)) + "/revisions");
    assertThat(revisions.getJsonArray("revisions").stream().map(each -> text(each)))
        .as(as)
        .containsExactlyInAnyOrderElementsOf(node.earlier);
    if (node.isVisible()) {
      var again = again(node, desk());
      assertThat(again.statusCode()).as(as + again.body()).isEqualTo(201);
      assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
      assertThat(new JsonObject(again.body()).getJsonObject("comment").getString("id"))
          .as(as)
          .isEqualTo(node.id());
    }
  }

  private static String text(Object revision) {
    return ((JsonObject) revision).getString("text");
  }
}
