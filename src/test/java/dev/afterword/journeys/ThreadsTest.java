package dev.afterword.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread as its readers see it: whole, in order, page by page, however it grows meanwhile. */
@OnStore
class ThreadsTest {
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  @Test
  void replies_standAtAnyDepth() {
    var article = "/deep";
    var ids = new ArrayList<String>();
    String parent = null;
    for (int depth = 0; depth <= 20; depth++) {
      var comment = post(article, "level " + depth, parent);
      assertThat(comment.getInteger("depth")).isEqualTo(depth);
      assertThat(comment.getString("parent")).isEqualTo(parent);
      parent = comment.getString("id");
      ids.add(parent);
    }

    var all = list(article, "depth=100");
    assertThat(flat(all).map(ThreadsTest::id).toList()).isEqualTo(ids);
    assertThat(all.getInteger("total")).isEqualTo(21);
    var root = all.getJsonArray("comments").getJsonObject(0);
    assertThat(root.getInteger("descendants")).isEqualTo(20);
    assertThat(flat(all).skip(1)).noneMatch(comment -> comment.containsKey("descendants"));

    // Five levels are shown unless others are asked for; a cursor leads on from the last one.
    var usual = flat(list(article, "")).toList();
    assertThat(usual.stream().map(ThreadsTest::id)).isEqualTo(ids.subList(0, 6));
    var cut = usual.get(5).getJsonObject("replies");
    assertThat(cut.getInteger("total")).isEqualTo(1);
    assertThat(cut.getJsonArray("comments")).isEmpty();
    var further =
        json("/api/v1/demo/comments/" + ids.get(5) + "/replies?after=" + cut.getString("next"));
    assertThat(flat(further).map(ThreadsTest::id)).isEqualTo(ids.subList(6, 12));

    for (int depth : List.of(0, 1, 3)) {
      assertThat(flat(list(article, "depth=" + depth)).count()).isEqualTo(depth + 1);
    }
    assertThat(flat(list(article, "replies=0")).count()).isEqualTo(1);
  }

  @Test
  void aList_isTheUnionOfItsPages() {
    var article = "/pages";
    var posted = new ArrayList<String>();
    for (int i = 0; i < 23; i++) {
      posted.add(id(post(article, "root " + i, null)));
    }
    for (var sort : List.of("newest", "oldest")) {
      var expected = new ArrayList<>(posted);
      if (sort.equals("newest")) {
        Collections.reverse(expected);
      }
      var whole = list(article, "limit=100&sort=" + sort);
      assertThat(whole.getString("sort")).isEqualTo(sort);
      assertThat(whole.getString("next")).isNull();
      assertThat(ids(whole)).isEqualTo(expected);
      assertThat(created(whole))
          .isSortedAccordingTo(
              sort.equals("newest") ? Collections.reverseOrder() : Comparator.naturalOrder());
      for (int limit : List.of(1, 5, 22, 23, 24)) {
        var pages = pages(article, "sort=" + sort + "&limit=" + limit);
        assertThat(pages.stream().flatMap(page -> ids(page).stream()).toList()).isEqualTo(expected);
        assertThat(pages).hasSize((23 + limit - 1) / limit);
        assertThat(pages).allMatch(page -> page.getInteger("total") == 23);
      }
    }
    assertThat(list(article, "").getJsonArray("comments")).hasSize(23);
    assertThat(list(article, "").getString("sort")).isEqualTo("newest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"newest", "oldest"})
  void paging_whileCommentsArrive_skipsNothingAndRepeatsNothing(String sort) throws Exception {
    var article = "/busy-" + sort;
    var standing = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      standing.add(id(post(article, "before " + i, null)));
    }
    var pool = Executors.newFixedThreadPool(4);
    var stop = new AtomicBoolean();
    var under = new CountDownLatch(20);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        writers.add(
            pool.submit(
                () -> {
                  while (!stop.get()) {
                    var root = id(post(article, "meanwhile", null));
                    post(article, "and a reply", root);
                    post(article, "and another", standing.get(30));
                    under.countDown();
                  }
                }));
      }
      under.await();
      for (int round = 0; round < 3; round++) {
        var seen =
            pages(article, "sort=" + sort + "&limit=7").stream()
                .flatMap(page -> ids(page).stream())
                .toList();
        assertThat(seen).doesNotHaveDuplicates().containsAll(standing);
      }
      stop.set(true);
      for (var writer : writers) {
        writer.get();
      }
    } finally {
      stop.set(true);
      pool.shutdown();
    }
    var end = list(article, "limit=1");
    int counted =
        pages(article, "limit=100&sort=oldest&replies=0").stream()
            .flatMap(ThreadsTest::flat)
            .mapToInt(root -> 1 + root.getInteger("descendants"))
            .sum();
    assertThat(end.getInteger("total")).isEqualTo(counted);
  }

  @Test
  void replies_arePagedFromWhereTheBranchWasCut() {
    var article = "/branch";
    var root = id(post(article, "root", null));
    var replies = new ArrayList<String>();
    for (int i = 0; i < 23; i++) {
      replies.add(id(post(article, "reply " + i, root)));
    }
    var below = id(post(article, "below", replies.get(20)));
    var branch =
        list(article, "").getJsonArray("comments").getJsonObject(0).getJsonObject("replies");
    assertThat(branch.getInteger("total")).isEqualTo(23);
    var seen = new ArrayList<>(ids(branch));
    assertThat(seen).isEqualTo(replies.subList(0, 10));
    var next = branch.getString("next");
    while (next != null) {
      var page = json("/api/v1/demo/comments/" + root + "/replies?limit=6&after=" + next);
      assertThat(page.getInteger("total")).as("direct replies").isEqualTo(23);
      assertThat(page.getString("sort")).isEqualTo("oldest");
      seen.addAll(ids(page));
      flat(page)
          .filter(reply -> id(reply).equals(below))
          .forEach(reply -> assertThat(reply.getInteger("depth")).isEqualTo(2));
      next = page.getString("next");
    }
    assertThat(seen).isEqualTo(replies);
    Collections.reverse(replies);
    assertThat(ids(json("/api/v1/demo/comments/" + root + "/replies?sort=newest&limit=100")))
        .isEqualTo(replies);
    assertThat(
            ids(
                list(article, "replies=3")
                    .getJsonArray("comments")
                    .getJsonObject(0)
                    .getJsonObject("replies")))
        .hasSize(3);
    var whole = json("/api/v1/demo/article?article=" + article);
    assertThat(whole.getInteger("comments")).isEqualTo(25);
    var counts = json("/api/v1/demo/counts?article=" + article).getJsonObject("counts");
    assertThat(counts.getJsonObject(article).getInteger("comments")).isEqualTo(25);
  }

  @Test
  void anAnswer_holdsAtMost500Comments() throws Exception {
    var article = "/large";
    var pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> writing = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        writing.add(
            pool.submit(
                () -> {
                  var root = id(post(article, "root", null));
                  for (int j = 0; j < 12; j++) {
                    post(article, "reply", root);
                  }
                }));
      }
      for (var each : writing) {
        each.get();
      }
    } finally {
      pool.shutdown();
    }
    var answer = list(article, "limit=100&replies=100&depth=100");
    assertThat(answer.getJsonArray("comments")).hasSize(60);
    assertThat(answer.getInteger("total")).isEqualTo(780);
    assertThat(flat(answer).count()).isBetween(450L, 500L);
    int cut = 0;
    for (var root : objects(answer.getJsonArray("comments"))) {
      var branch = root.getJsonObject("replies");
      assertThat(branch.getInteger("total")).isEqualTo(12);
      if (branch.getJsonArray("comments").isEmpty()) {
        cut++;
        var rest =
            json(
                "/api/v1/demo/comments/" + id(root) + "/replies?after=" + branch.getString("next"));
        assertThat(ids(rest)).hasSize(12);
      } else {
        assertThat(branch.getJsonArray("comments")).hasSize(12);
        assertThat(branch.getString("next")).isNull();
      }
    }
    assertThat(cut).isPositive();
  }

  @Test
  void theSource_isThereWhenAskedFor() {
    var article = "/source";
    var posted = post(article, "some **bold** text", null);
    assertThat(posted.getString("text")).isEqualTo("some **bold** text");
    var reply = post(article, "and `code`", id(posted));
    assertThat(flat(list(article, ""))).noneMatch(comment -> comment.containsKey("text"));
    assertThat(flat(list(article, "text=false"))).noneMatch(comment -> comment.containsKey("text"));
    assertThat(flat(list(article, "text=true")).map(comment -> comment.getString("text")))
        .containsExactly("some **bold** text", "and `code`");
    assertThat(flat(list(article, "text=true")).map(comment -> comment.getString("html")))
        .containsExactly("<p>some <strong>bold</strong> text</p>", "<p>and <code>code</code></p>");
    assertThat(json("/api/v1/demo/comments/" + id(reply)).getString("text"))
        .isEqualTo("and `code`");
  }

  @Test
  void anETag_changesWithAnythingShown_andOnlyThen() {
    var article = "/etag";
    var path = "/api/v1/demo/comments?article=" + article;
    var never = tag(server.get(path));
    assertThat(server.get(path, "If-None-Match", never).statusCode()).isEqualTo(304);
    var root = id(post(article, "root", null));
    var first = tag(server.get(path, "If-None-Match", never));
    assertThat(first).isNotEqualTo(never);
    view(article);
    assertThat(server.get(path, "If-None-Match", first).statusCode()).as("a view").isEqualTo(304);
    assertThat(server.get(path, "If-None-Match", "W/" + first).statusCode()).isEqualTo(304);
    assertThat(server.get(path, "If-None-Match", "\"x\", " + first).statusCode()).isEqualTo(304);
    assertThat(server.get(path, "If-None-Match", "*").statusCode()).isEqualTo(304);
    assertThat(server.get(path, "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
    var comment = "/api/v1/demo/comments/" + root;
    var before = tag(server.get(comment));
    post(article, "reply", root);
    assertThat(tag(server.get(path, "If-None-Match", first))).isNotEqualTo(first);
    assertThat(tag(server.get(comment, "If-None-Match", before))).isNotEqualTo(before);
    for (var each :
        List.of(path, comment, comment + "/replies", "/api/v1/demo/article?article=/etag")) {
      var answer = server.get(each);
      assertThat(answer.headers().firstValue("Cache-Control")).contains("public, no-cache");
      assertThat(server.get(each, "If-None-Match", tag(answer)).statusCode()).isEqualTo(304);
    }
    var counts = server.get("/api/v1/demo/counts?article=/etag");
    assertThat(counts.headers().firstValue("Cache-Control")).contains("public, max-age=5");
    assertThat(
            server
                .get("/api/v1/demo/counts?article=/etag", "If-None-Match", tag(counts))
                .statusCode())
        .isEqualTo(304);
  }

  @Test
  void largeBodies_areCompressedWhenAccepted() throws Exception {
    var article = "/gzip";
    for (int i = 0; i < 5; i++) {
      post(article, "some words ".repeat(40), null);
    }
    var path = "/api/v1/demo/comments?article=" + article;
    var plain = raw("GET", path, "", "identity");
    for (var accepted : List.of("gzip", "br, gzip;q=0.5", "*")) {
      var zipped = raw("GET", path, "", accepted);
      assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(zipped.headers().firstValue("Vary")).contains("Origin, Accept-Encoding");
      assertThat(zipped.body().length).isLessThan(plain.body().length / 2);
      assertThat(unzipped(zipped)).isEqualTo(plain.body());
    }
    for (var refused : List.of("identity", "br", "gzip;q=0", "*;q=0")) {
      assertThat(raw("GET", path, "", refused).headers().firstValue("Content-Encoding")).isEmpty();
    }
    var small = raw("GET", "/api/v1/demo/counts?article=/gzip", "", "gzip");
    assertThat(small.headers().firstValue("Content-Encoding")).isEmpty();
    var draft =
        new JsonObject()
            .put("text", "some words ".repeat(200))
            .put("author", new JsonObject().put("name", "Ada"));
    var posted = raw("POST", path, draft.encode(), "gzip");
    assertThat(posted.statusCode()).isEqualTo(201);
    assertThat(posted.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(
            new JsonObject(new String(unzipped(posted), StandardCharsets.UTF_8)).getString("token"))
        .isNotNull();
  }

  @Test
  void anArticleNeverSeen_isEmpty_andStaysUnseen() {
    var list = list("/never", "");
    assertThat(list.getJsonArray("comments")).isEmpty();
    assertThat(list.getInteger("total")).isZero();
    assertThat(list.getString("next")).isNull();
    assertThat(list.getString("position")).matches("[A-Za-z0-9]{1,32}:0");
    assertThat(list.getJsonObject("info").getValue("created")).isNull();
    assertThat(json("/api/v1/demo/article?article=/never").getValue("created")).isNull();
  }

  @Test
  void oneArticle_hasManyNames() {
    post("/names/", "one", null);
    for (var name :
        List.of(
            "/names",
            "/names/",
            "//names/index.html",
            "/./names?utm_source=x",
            server.url() + "/names#top")) {
      var list = list(TestServer.encoded(name), "");
      assertThat(list.getString("article")).isEqualTo("/names");
      assertThat(list.getInteger("total")).as(name).isEqualTo(1);
      var comment = list.getJsonArray("comments").getJsonObject(0);
      assertThat(comment.getString("url")).endsWith("/names#aw-" + id(comment));
    }
    assertThat(list("names", "").getInteger("total")).isZero();
  }

  private static byte[] unzipped(HttpResponse<byte[]> answer) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      return in.readAllBytes();
    }
  }

  private static HttpResponse<byte[]> raw(String method, String path, String body, String encoding)
      throws IOException, InterruptedException, ExecutionException {
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("Accept-Encoding", encoding)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient()
        .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .get();
  }

  private static String tag(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var tag = answer.headers().firstValue("ETag").orElseThrow();
    assertThat(tag).matches("\"[!#-~]+\"");
    return tag;
  }

  private static void view(String article) {
    assertThat(server.send("POST", "/api/v1/demo/views?article=" + article, "").statusCode())
        .isEqualTo(200);
  }

  private static JsonObject post(String article, String text, String parent) {
    return server.desk("demo").post(article, text, parent).getJsonObject("comment");
  }

  private static JsonObject list(String article, String query) {
    return json("/api/v1/demo/comments?article=" + article + "&" + query);
  }

  private static List<JsonObject> pages(String article, String query) {
    var pages = new ArrayList<JsonObject>();
    var cursors = new HashSet<String>();
    String next = null;
    do {
      var page = list(article, query + (next == null ? "" : "&after=" + next));
      pages.add(page);
      next = page.getString("next");
      assertThat(next == null || cursors.add(next)).as("a new cursor").isTrue();
    } while (next != null);
    return pages;
  }

  private static JsonObject json(String path) {
    var answer = server.get(path);
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  /** Every comment of an answer, as a reader meets them. */
  private static Stream<JsonObject> flat(JsonObject list) {
    return objects(list.getJsonArray("comments")).stream()
        .flatMap(each -> Stream.concat(Stream.of(each), flat(each.getJsonObject("replies"))));
  }

  private static List<String> ids(JsonObject list) {
    return objects(list.getJsonArray("comments")).stream().map(ThreadsTest::id).toList();
  }

  private static List<String> created(JsonObject list) {
    return objects(list.getJsonArray("comments")).stream()
        .map(each -> each.getString("created"))
        .toList();
  }

  private static String id(JsonObject comment) {
    return comment.getString("id");
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }
}
