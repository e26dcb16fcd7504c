package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.RedisCluster;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole server on a real Redis Cluster of three primaries. */
@NeedsCluster
@Timeout(180)
class ClusterTest {
  /** Enough articles that every bucket of a site and every node has some. */
  private static final int ARTICLES = 60;

  private static RedisCluster cluster;
  private static TestServer server;

  @BeforeAll
  static void start() {
    // A node that is gone takes its own slots with it, not everybody's.
    cluster = RedisCluster.start("--cluster-require-full-coverage", "no");
    server = serve();
  }

  private static TestServer serve() {
    return TestServer.start(
        Map.of(
            "AFTERWORD_REDIS",
            cluster.addresses(),
            "AFTERWORD_REDIS_MODE",
            "cluster",
            "AFTERWORD_LIMITS",
            "off"));
  }

  @AfterAll
  static void stop() {
    server.close();
    cluster.close();
  }

  private static HttpResponse<String> comment(String article, String text, String... parent) {
    var json =
        new JsonObject().put("text", text).put("author", new JsonObject().put("name", "Ann"));
    if (parent.length > 0) {
      json.put("parent", parent[0]);
    }
    return server.post("/api/v1/demo/comments?article=" + article, json.encode());
  }

  private static String post(String article, String text, String... parent) {
    var answer = comment(article, text, parent);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return new JsonObject(answer.body()).getJsonObject("comment").getString("id");
  }

  private static HttpResponse<String> view(String article, String visitor) {
    return server.send(
        "POST",
        "/api/v1/demo/views?article=" + article,
        "",
        "X-Forwarded-For",
        visitor,
        "User-Agent",
        "Mozilla/5.0");
  }

  private static JsonObject get(String path) {
    var answer = server.get(path);
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  /** All comments of an article, roots and replies, as the list shows them. */
  private static List<String> listed(String article) {
    var ids = new ArrayList<String>();
    for (String after = ""; after != null; ) {
      var page = get("/api/v1/demo/comments?article=" + article + "&limit=100&sort=oldest" + after);
      collect(page, ids);
      after = page.getString("next") == null ? null : "&after=" + page.getString("next");
    }
    return ids;
  }

  private static void collect(JsonObject page, List<String> ids) {
    page.getJsonArray("comments")
        .forEach(
            each -> {
              var comment = (JsonObject) each;
              ids.add(comment.getString("id"));
              collect(comment.getJsonObject("replies"), ids);
            });
  }

  /** The hash tag of an article's bucket, found in the store. */
  private static String tagOf(String article) {
    for (int node = 0; node < cluster.size(); node++) {
      try (var resp = cluster.connect(node)) {
        for (var key : resp.list("KEYS", "{demo:*}:a:*")) {
          if (article.equals(resp.text("HGET", key.toString(), "k"))) {
            return key.toString().substring(0, key.toString().indexOf('}') + 1);
          }
        }
      }
    }
    throw new AssertionError(article + " is nowhere");
  }

  @Test
  void viewsCommentsListsAndCounts_overAllBuckets() {
    var query = new StringBuilder("/api/v1/demo/counts?article=/never");
    for (int i = 0; i < ARTICLES; i++) {
      var article = "/many/" + i;
      for (int v = 0; v < 3; v++) {
        assertThat(new JsonObject(view(article, "10.1.1." + v).body()).getBoolean("counted"))
            .isTrue();
      }
      assertThat(new JsonObject(view(article, "10.1.1.1").body()).getString("reason"))
          .isEqualTo("repeat");
      var root = post(article, "a root");
      var reply = post(article, "a reply", root);
      var deeper = post(article, "a deeper one", reply);
      assertThat(listed(article)).containsExactly(root, reply, deeper);
      assertThat(get("/api/v1/demo/comments/" + deeper).getInteger("depth")).isEqualTo(2);
      query.append("&article=").append(article);
    }
    Eventually.passes(
        "visitors follow the count",
        () -> {
          var counts = get(query.toString()).getJsonObject("counts");
          assertThat(counts.size()).isEqualTo(ARTICLES + 1);
          for (int i = 0; i < ARTICLES; i++) {
            assertThat(counts.getJsonObject("/many/" + i))
                .isEqualTo(new JsonObject().put("views", 3).put("visitors", 3).put("comments", 3));
          }
        });
    var nodes = new HashSet<Integer>();
    for (int i = 0; i < ARTICLES; i++) {
      nodes.add(cluster.nodeOf(cluster.slotOf(tagOf("/many/" + i))));
    }
    assertThat(nodes).as("every node keeps some").hasSize(cluster.size());
  }

  @Test
  void liveSocket_hearsArticlesOfEveryNode() {
    var keys = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      keys.add("/live/" + i);
    }
    try (var client =
        LiveClient.open(server.url(), "demo", LiveClient.articles(keys.toArray(String[]::new)))) {
      Eventually.holds("every hello", () -> client.messages("hello").size() == keys.size());
      var posted = new HashSet<String>();
      keys.forEach(key -> posted.add(post(key, "hello " + key)));
      keys.forEach(key -> assertThat(view(key, "10.1.2.3").statusCode()).isEqualTo(200));
      Eventually.passes(
          "every comment",
          () ->
              assertThat(
                      client.messages("comment.created").stream()
                          .map(message -> message.getJsonObject("comment").getString("id")))
                  .containsExactlyInAnyOrderElementsOf(posted));
      Eventually.passes(
          "every view",
          () ->
              assertThat(client.messages("views").stream().map(each -> each.getString("article")))
                  .containsExactlyInAnyOrderElementsOf(keys));
    }
  }

  @Test
  void readersOfTwoProcesses_areCountedOnEveryNode() {
    var keys = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      keys.add("/readers/" + i);
    }
    var query = LiveClient.articles(keys.toArray(String[]::new));
    try (var second = serve();
        var here = LiveClient.open(server.url(), "demo", query);
        var there = LiveClient.open(second.url(), "demo", query)) {
      for (var client : List.of(here, there)) {
        keys.forEach(key -> client.await("readers", message -> isOfTwo(message, key)));
      }
      keys.forEach(
          key ->
              assertThat(get("/api/v1/demo/article?article=" + key).getInteger("readers"))
                  .isEqualTo(2));
    }
  }

  private static boolean isOfTwo(JsonObject message, String article) {
    return message.getString("article").equals(article) && message.getInteger("readers") == 2;
  }

  @Test
  void staffAndKeys_workLikewise() {
    var headers =
        new String[] {
          "Authorization", "Bearer " + server.staffToken(), "Idempotency-Key", "one-and-the-same"
        };
    var first = server.post("/api/v1/demo/comments?article=/staff", "{\"text\":\"Hi\"}", headers);
    var again = server.post("/api/v1/demo/comments?article=/staff", "{\"text\":\"Hi\"}", headers);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
    assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
    assertThat(new JsonObject(first.body()).getJsonObject("comment"))
        .isEqualTo(new JsonObject(again.body()).getJsonObject("comment"));
    // A second process finds the same secret, site and staff.
    try (var second = serve()) {
      assertThat(
              new JsonObject(second.get("/api/v1/demo/article?article=/staff").body())
                  .getInteger("comments"))
          .isEqualTo(1);
    }
  }

  @Test
  void daysCounts_addUpWhatEveryNodeHas() {
    server.addSite("days", "https://days.example");
    var draft = new JsonObject().put("text", "Hi").put("author", new JsonObject().put("name", "A"));
    var ids = new JsonArray();
    for (int i = 0; i < 20; i++) {
      var to = "/api/v1/days/comments?article=/" + i;
      var posted = new JsonObject(server.post(to, draft.encode()).body());
      ids.add(posted.getJsonObject("comment").getString("id"));
      server.send("POST", "/api/v1/days/views?article=/" + i, "", "X-Forwarded-For", "10.1.4.1");
    }
    var owner = "Bearer " + server.staffToken();
    var spam = new JsonObject().put("ids", ids).put("verdict", "spam").encode();
    var decided = server.post("/api/v1/days/admin/verdicts", spam, "Authorization", owner);
    assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
    Eventually.passes(
        "all are counted",
        () -> {
          var answer = server.get("/api/v1/days/admin/stats", "Authorization", owner);
          var all = new JsonObject(answer.body()).getJsonObject("all");
          assertThat(all.getInteger("views")).isEqualTo(20);
          assertThat(all.getInteger("comments")).isEqualTo(20);
          assertThat(all.getInteger("spam")).isEqualTo(20);
        });
  }

  @Test
  void migratingSlot_nothingIsHalfDone() throws Exception {
    var article = "/moving";
    post(article, "the first");
    var tag = tagOf(article);
    int slot = cluster.slotOf(tag);
    int from = cluster.nodeOf(slot);
    int to = (from + 1) % cluster.size();
    var acknowledged = new ConcurrentLinkedQueue<String>(listed(article));
    var statuses = new ConcurrentHashMap<Integer, Integer>();
    var slow = new ConcurrentLinkedQueue<String>();
    // A 503 says that a change may be carried out all the same: a deletion, in this case.
    var deleted = ConcurrentHashMap.<String>newKeySet();
    var uncertain = ConcurrentHashMap.<String>newKeySet();
    var ending = new boolean[1];
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 4; t++) {
      int number = t;
      var thread =
          new Thread(
              () -> {
                for (int i = 0; !isSet(ending); i++) {
                  long start = System.nanoTime();
                  var answer = comment(article, "number " + number + ' ' + i);
                  long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                  if (took >= 2_000) {
                    slow.add(answer.statusCode() + " after " + took + " ms");
                  }
                  statuses.merge(answer.statusCode(), 1, Integer::sum);
                  if (answer.statusCode() == 201) {
                    var posted = new JsonObject(answer.body());
                    var id = posted.getJsonObject("comment").getString("id");
                    acknowledged.add(id);
                    var token = posted.getString("token");
                    var voted =
                        change("PUT", acknowledged.peek() + "/vote", "{\"value\":1}", token);
                    statuses.merge(voted, 1, Integer::sum);
                    if (i % 3 == 0) {
                      var gone = change("DELETE", id, "", token);
                      statuses.merge(gone, 1, Integer::sum);
                      (gone == 204 ? deleted : uncertain).add(id);
                    }
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    Eventually.holds("load", () -> acknowledged.size() > 50);
    cluster.migrate(slot, from, to);
    // Key by key, so that scripts meet the bucket in every mixture.
    try (var source = cluster.connect(from)) {
      for (int i = 0; i < 40; i++) {
        for (var key : source.list("CLUSTER", "GETKEYSINSLOT", String.valueOf(slot), "1")) {
          cluster.moveKey(key.toString(), from, to);
        }
      }
    }
    // Other buckets do not notice.
    for (int i = 0; i < 5; i++) {
      assertThat(view("/elsewhere/" + i, "10.1.3.3").statusCode()).isEqualTo(200);
    }
    cluster.finish(slot, from, to);
    int before = acknowledged.size();
    long start = System.nanoTime();
    Eventually.holds("comments go on", () -> acknowledged.size() > before + 20);
    System.out.println(
        "Writes after the move in "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
            + " ms; statuses "
            + statuses);
    synchronized (ending) {
      ending[0] = true;
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(statuses.keySet()).isSubsetOf(Set.of(200, 201, 204, 503));
    assertThat(statuses).containsKeys(200, 201, 204);
    assertThat(slow).isEmpty();
    // What was refused may have been carried out later by the client; wait for that to end.
    var listed = new ArrayList<List<String>>();
    Eventually.passes(
        "the thread stands still",
        Duration.ofSeconds(20),
        () -> {
          listed.add(listed(article));
          Thread.sleep(300);
          assertThat(listed(article)).isEqualTo(listed.get(listed.size() - 1));
        });
    var all = listed.get(listed.size() - 1);
    acknowledged.removeAll(deleted);
    acknowledged.removeAll(uncertain);
    assertThat(all)
        .doesNotHaveDuplicates()
        .containsAll(acknowledged)
        .doesNotContainAnyElementsOf(deleted);
    var counted = server.recount("demo");
    assertThat(counted.faults()).isZero();
    assertThat(counted.unsettled()).isZero();
    cluster.migrate(slot, to, from);
    cluster.finish(slot, to, from);
  }

  private static boolean isSet(boolean[] flag) {
    synchronized (flag) {
      return flag[0];
    }
  }

  private static int change(String method, String path, String body, String token) {
    return server
        .send(
            method,
            "/api/v1/demo/comments/" + path,
            body,
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + token)
        .statusCode();
  }

  @Test
  void killedPrimary_itsBucketsAre503AndComeBack() {
    var nodeOf = new HashMap<String, Integer>();
    for (int i = 0; i < 30; i++) {
      var article = "/dead/" + i;
      post(article, "before");
      nodeOf.put(article, cluster.nodeOf(cluster.slotOf(tagOf(article))));
    }
    int home = cluster.nodeOf(cluster.slotOf("{demo}"));
    int dead = home == 0 ? 1 : 0;
    var lost = nodeOf.keySet().stream().filter(each -> nodeOf.get(each) == dead).toList();
    var alive = nodeOf.keySet().stream().filter(each -> nodeOf.get(each) != dead).toList();
    assertThat(lost).isNotEmpty();
    try (var client =
            LiveClient.open(server.url(), "demo", LiveClient.articles(alive.get(0), lost.get(0)));
        var bystander =
            LiveClient.open(
                server.url(), "demo", LiveClient.articles(alive.get(0), alive.get(1)))) {
      Eventually.holds("hello twice", () -> client.messages("hello").size() == 2);
      Eventually.holds("hello twice", () -> bystander.messages("hello").size() == 2);
      cluster.kill(dead);
      var codes = new HashSet<String>();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      for (int i = 0; System.nanoTime() < end; i++) {
        for (var article : List.of(lost.get(i % lost.size()), alive.get(i % alive.size()))) {
          long start = System.nanoTime();
          var answer = comment(article, "meanwhile");
          var seen = view(article, "10.2.2." + i % 250);
          long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
          assertThat(took).isLessThan(4_000);
          if (alive.contains(article)) {
            assertThat(answer.statusCode()).as(article + answer.body()).isEqualTo(201);
            assertThat(seen.statusCode()).as(article + seen.body()).isEqualTo(200);
          } else {
            assertThat(answer.statusCode()).as(article).isEqualTo(503);
            assertThat(seen.statusCode()).as(article).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            codes.add(new JsonObject(answer.body()).getString("code"));
          }
        }
      }
      System.out.println("The dead node's buckets say " + codes);
      long start = System.nanoTime();
      var live = post(alive.get(0), "live goes on");
      client.await(
          "comment.created",
          message -> message.getJsonObject("comment").getString("id").equals(live));
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      System.out.println("An event of a living bucket arrives in " + took + " ms");
      assertThat(took).as("pushed, not polled").isLessThan(2_000);
      assertThat(client.code()).isZero();

      cluster.restart(dead);
      start = System.nanoTime();
      for (var article : lost) {
        Eventually.passes("it is back", () -> post(article, "after"));
      }
      System.out.println(
          "All buckets back after "
              + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
              + " ms");
      var back = post(lost.get(0), "and live");
      client.await("reset", message -> message.getString("article").equals(lost.get(0)));
      var next = post(lost.get(0), "and on");
      client.await(
          "comment.created",
          message -> message.getJsonObject("comment").getString("id").equals(next));
      assertThat(listed(lost.get(0))).contains(back, next);
      client.await("restored");
      assertThat(client.messages("degraded")).as("told once").hasSize(1);
      assertThat(client.messages("restored")).hasSize(1);
      assertThat(bystander.types()).as("not of this").doesNotContain("degraded");
    }
  }
}
