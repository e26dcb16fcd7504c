package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Child;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.Temporary;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the server lives and dies as a process, with the bundled store. */
@Timeout(180)
class KilledTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final int VIEWS = 10_000;
  private static final int COMMENTS = 200;
  private static final String SECRET = "q7-Tz0w_long-enough-and-random-Kx93mP";

  private final Path data = Temporary.folder();
  private final List<Path> elsewhere = new ArrayList<>();
  private final List<Child> children = new ArrayList<>();

  @AfterEach
  void endWhatWasStarted() throws IOException {
    children.forEach(Child::close);
    // Of a failed test, or of one that killed the server and did not start another.
    storePid().ifPresent(ProcessHandle::destroyForcibly);
    Eventually.holds("the store is gone", () -> storePid().isEmpty());
    Temporary.delete(data);
    elsewhere.forEach(Temporary::delete);
  }

  private Optional<ProcessHandle> storePid() throws IOException {
    var file = data.resolve("store.pid");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
        .filter(ProcessHandle::isAlive)
        .filter(handle -> handle.info().command().orElse("").startsWith(data.toString()));
  }

  private Child serve(String... more) {
    var child = Child.serve(data, more);
    children.add(child);
    return child;
  }

  private Child run(Map<String, String> settings, String... command) {
    var child = Child.start(settings, command);
    children.add(child);
    return child;
  }

  private Child run(String... command) {
    return run(Child.settings(data), command);
  }

  private String url() throws IOException {
    return Files.readAllLines(data.resolve("address")).get(0);
  }

  private JsonObject get(String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url() + path)).build();
    var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private HttpRequest view(String url, int visitor) {
    return HttpRequest.newBuilder(URI.create(url + "/api/v1/demo/views?article=/killed"))
        .header("X-Forwarded-For", "10.7." + visitor / 250 + '.' + visitor % 250)
        .header("User-Agent", "Mozilla/5.0")
        .POST(HttpRequest.BodyPublishers.noBody())
        .build();
  }

  private static HttpRequest comment(String url, String site, String text) {
    return HttpRequest.newBuilder(URI.create(url + "/api/v1/" + site + "/comments?article=/killed"))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", "killed-" + text.replace(' ', '-'))
        .POST(
            HttpRequest.BodyPublishers.ofString(
                "{\"text\":\"" + text + "\",\"author\":{\"name\":\"Ann\"}}"))
        .build();
  }

  private String post(String text) throws Exception {
    var answer = HTTP.send(comment(url(), "demo", text), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return new JsonObject(answer.body()).getJsonObject("comment").getString("id");
  }

  /** Sends all, at most so many at once, and gives the answers' bodies. */
  private static List<JsonObject> all(List<HttpRequest> requests, int atOnce) throws Exception {
    var room = new Semaphore(atOnce);
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (var request : requests) {
      room.acquire();
      answers.add(patiently(request, 10).whenComplete((answer, failure) -> room.release()));
    }
    var bodies = new ArrayList<JsonObject>();
    for (var each : answers) {
      var answer = each.get(60, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
      bodies.add(new JsonObject(answer.body()));
    }
    return bodies;
  }

  /** A 503 on a crowded machine is asked again, as a client would: both kinds may be repeated. */
  private static CompletableFuture<HttpResponse<String>> patiently(HttpRequest request, int tries) {
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenCompose(
            answer ->
                answer.statusCode() == 503 && tries > 0
                    ? patiently(request, tries - 1)
                    : CompletableFuture.completedFuture(answer));
  }

  /** What was counted in the half second before, and nobody came any more. */
  @Test
  void serverKilled_whatItHadNotAddedUpYetIsAddedByTheNext() throws Exception {
    var server = serve();
    var url = url();
    all(List.of(view(url, 0), view(url, 1), view(url, 2), view(url, 3)), 1);
    server.kill();

    serve();
    assertThat(get("/api/v1/demo/article?article=/killed").getInteger("views")).isEqualTo(4);
    Eventually.passes(
        "the visitors are all there",
        () ->
            assertThat(get("/api/v1/demo/article?article=/killed").getInteger("visitors"))
                .isEqualTo(4));
    var top = get("/api/v1/demo/top?window=hour").getJsonArray("articles").getJsonObject(0);
    assertThat(top.getInteger("count")).isEqualTo(4);
  }

  @Test
  void serverAndStoreKilled_nothingAcknowledgedIsLost() throws Exception {
    var server = serve();
    var url = url();
    var requests = new ArrayList<HttpRequest>();
    for (int i = 0; i < VIEWS; i++) {
      requests.add(view(url, i));
      if (i % (VIEWS / COMMENTS) == 0) {
        requests.add(comment(url, "demo", "number " + i));
      }
    }
    var answers = all(requests, 32);
    var store = storePid().orElseThrow();
    server.kill();
    store.destroyForcibly();
    Eventually.holds("the store is dead", () -> !store.isAlive());
    var acknowledged =
        answers.stream()
            .filter(answer -> answer.containsKey("comment"))
            .map(answer -> answer.getJsonObject("comment").getString("id"))
            .toList();
    assertThat(acknowledged).hasSize(COMMENTS);

    serve();
    var article = get("/api/v1/demo/article?article=/killed");
    assertThat(article.getInteger("views")).isEqualTo(VIEWS);
    assertThat(article.getInteger("comments")).isEqualTo(COMMENTS);
    assertThat(article.getString("position")).endsWith(":" + COMMENTS);
    var listed = new ArrayList<String>();
    for (String after = ""; after != null; ) {
      var page = get("/api/v1/demo/comments?article=/killed&limit=100" + after);
      page.getJsonArray("comments")
          .forEach(each -> listed.add(((JsonObject) each).getString("id")));
      after = page.getString("next") == null ? null : "&after=" + page.getString("next");
    }
    assertThat(listed).containsExactlyInAnyOrderElementsOf(acknowledged);
    // A visitor who was counted before the crash is known after it.
    var again = all(List.of(view(url(), 1)), 1).get(0);
    assertThat(again.getString("reason")).isEqualTo("repeat");
  }

  @Test
  void serverKilled_theNextStartTakesOver() throws Exception {
    var server = serve();
    var id = post("before");
    var store = storePid().orElseThrow();
    server.kill();
    assertThat(store.isAlive()).as("the store outlives the server").isTrue();

    serve();
    // An orphan that ended is seen until the system has taken note of it.
    Eventually.holds("it is ended by the next", () -> !store.isAlive());
    assertThat(get("/api/v1/demo/comments/" + id).getString("text")).isEqualTo("before");
  }

  @Test
  void storeKilled_theServerStartsItAgain() throws Exception {
    serve();
    post("before");
    storePid().orElseThrow().destroyForcibly();
    long start = System.nanoTime();
    Eventually.passes("a comment can be posted again", () -> post("after"));
    System.out.println(
        "Store back after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
    assertThat(get("/api/v1/demo/article?article=/killed").getInteger("comments")).isEqualTo(2);
  }

  /** More event loops than could wait for their readers one after the other. */
  @Test
  void sigterm_endsWell_howeverManyLoopsHaveReadersWhoAreSlow() throws Exception {
    var server =
        serve("JAVA_TOOL_OPTIONS", "-XX:ActiveProcessorCount=4", "AFTERWORD_LIMITS", "off");
    // More than lies in the buffers of a connection.
    var draft = "{\"text\":\"" + "&".repeat(9_990) + "\",\"author\":{\"name\":\"Ann\"}}";
    for (int i = 0; i < 100; i++) {
      var posted =
          HttpRequest.newBuilder(URI.create(url() + "/api/v1/demo/comments?article=/slow"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(draft))
              .build();
      assertThat(HTTP.send(posted, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(201);
    }
    var slow = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 32; i++) {
        var socket = new Socket();
        slow.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), URI.create(url()).getPort()));
        var asks = "GET /api/v1/demo/comments?article=/slow&limit=100 HTTP/1.1\r\nHost: x\r\n\r\n";
        socket.getOutputStream().write(asks.getBytes(StandardCharsets.US_ASCII));
      }
      for (var each : slow) {
        assertThat(each.getInputStream().read()).as("the answer has begun").isEqualTo('H');
      }
      server.terminate();
      assertThat(server.code()).isZero();
      assertThat(server.output() + server.errors()).doesNotContain("did not end well");
    } finally {
      for (var each : slow) {
        each.close();
      }
    }
  }

  @Test
  void sigterm_closesSocketsAndLeavesNothing() throws Exception {
    var server = serve();
    post("before");
    var store = storePid().orElseThrow();
    try (var client = LiveClient.open(url(), "demo", "article=/killed")) {
      client.await("hello");
      long start = System.nanoTime();
      server.terminate();
      assertThat(server.code()).isZero();
      System.out.println(
          "Stopped after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
      Eventually.holds("closed as going away", () -> client.code() == 4001);
    }
    Eventually.holds("it has ended", () -> !store.isAlive());
    assertThat(data.resolve("address")).doesNotExist();
    assertThat(server.errors()).doesNotContain("ERROR").doesNotContain("WARN");

    serve();
    assertThat(get("/api/v1/demo/article?article=/killed").getInteger("comments")).isEqualTo(1);
  }

  private Child elsewhere(String... settings) {
    var folder = Temporary.folder();
    elsewhere.add(folder);
    return run(Child.settings(folder, settings));
  }

  /** One clear line, and an exit code that scripts see. */
  private static void refuses(Child child, String line) {
    assertThat(child.code()).as(child.errors()).isEqualTo(1);
    var told = child.errors().lines().filter(each -> !each.startsWith("{")).toList();
    assertThat(told).as(child.errors()).hasSize(1);
    assertThat(told.get(0)).startsWith("afterword: ").contains(line);
    assertThat(child.output()).isEmpty();
  }

  @Test
  void whatIsInTheWay_isToldInOneLine() throws Exception {
    serve();
    var inUse = run();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());
      var portTaken = elsewhere("AFTERWORD_PORT", port);
      var operationsPortTaken = elsewhere("AFTERWORD_OPS_PORT", port);
      var shortSecret = elsewhere("AFTERWORD_SECRET", "short");
      var unreachable =
          elsewhere(
              "AFTERWORD_SECRET", SECRET, "AFTERWORD_REDIS", "redis://:hidden-word@127.0.0.1:1");
      refuses(inUse, "data directory");
      refuses(portTaken, port);
      refuses(operationsPortTaken, port);
      refuses(shortSecret, "AFTERWORD_SECRET");
      refuses(unreachable, "store");
      assertThat(unreachable.errors()).doesNotContain("hidden-word");
      // A server that shares the first one's store, but not its secret.
      var otherSecret =
          elsewhere(
              "AFTERWORD_SECRET",
              SECRET,
              "AFTERWORD_REDIS",
              "unix://" + data.resolve("store.sock").toRealPath());
      refuses(otherSecret, "another secret");
    }
    for (var folder : elsewhere) {
      assertThat(folder.resolve("store.pid")).as("its store is stopped").doesNotExist();
    }
    var damaged = elsewhere.get(0);
    Files.writeString(damaged.resolve("secret"), "too short\n");
    refuses(run(Child.settings(damaged)), "secret");
    assertThat(get("/api/v1/demo/article?article=/killed").getInteger("comments")).isZero();
  }

  @Test
  void checkConfig_masksSecretsOrListsEveryFault() {
    var good =
        run(
            Child.settings(
                data,
                "AFTERWORD_SECRET",
                SECRET,
                "AFTERWORD_REDIS",
                "redis://:hidden-word@127.0.0.1:1"),
            "check-config");
    assertThat(good.code()).isZero();
    assertThat(good.output())
        .contains("AFTERWORD_REDIS=redis://***@127.0.0.1:1", "AFTERWORD_LIMITS=off")
        .doesNotContain("hidden-word")
        .doesNotContain(SECRET);
    var bad =
        run(Child.settings(data, "AFTERWORD_PORT", "x", "AFTERWORD_TYPO", "1"), "check-config");
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.errors().lines()).hasSize(2);
    assertThat(bad.errors()).contains("AFTERWORD_PORT: ", "AFTERWORD_TYPO: ");
  }

  /** Each keeps a store of its own for a moment, in which the next must not be. */
  @Test
  void commandsAtOnce_takeTurns() {
    var adding = new ArrayList<Thread>();
    var codes = new ConcurrentLinkedQueue<Integer>();
    for (int i = 0; i < 4; i++) {
      var site = "site" + i;
      adding.add(
          new Thread(
              () ->
                  codes.add(
                      Child.start(
                              Child.settings(data),
                              "site",
                              "add",
                              site,
                              "--origin",
                              "https://" + site + ".example")
                          .code())));
    }
    adding.forEach(Thread::start);
    Eventually.holds("all are done", () -> codes.size() == 4);
    assertThat(codes).containsOnly(0);
    var list = run("site", "list");
    assertThat(list.code()).isZero();
    assertThat(list.output()).contains("site0", "site1", "site2", "site3");
  }

  @Test
  void sitesAndStaff_besideAServerAndWithoutOne() throws Exception {
    var added = run("site", "add", "news", "--origin", "https://news.example");
    assertThat(added.code()).as(added.errors()).isZero();
    assertThat(added.output()).isEqualTo("Added news.\n");
    assertThat(storePid()).as("no store is left").isEmpty();

    serve();
    var url = url();
    assertThat(send(comment(url, "news", "hello"))).isEqualTo(201);
    refuses(run("site", "add", "news", "--origin", "https://news.example"), "already");
    assertThat(run("site", "add", "blog", "--origin", "https://blog.example").code()).isZero();
    Eventually.holds("it is served", () -> send(comment(url, "blog", "hello")) == 201);
    assertThat(run("site", "set", "blog", "--origin", "https://b.example").code()).isZero();
    refuses(run("site", "set", "blog"), "Say what to change");
    refuses(run("site", "set", "blog", "--articles", "some"), "not 'some'");
    refuses(run("site", "set", "blog", "--articles", "pattern"), "belong together");
    var rule = run("site", "set", "blog", "--articles", "pattern", "--pattern", "/kill*");
    assertThat(rule.code()).as(rule.errors()).isZero();
    var list = run("site", "list");
    assertThat(list.code()).isZero();
    assertThat(list.output().lines())
        .anyMatch(line -> line.startsWith("demo  http://127.0.0.1:"))
        .contains("blog  https://b.example", "news  https://news.example");
    var token = run("staff", "add", "--site", "news", "--role", "moderator", "--name", "Jo Doe");
    assertThat(token.code()).as(token.errors()).isZero();
    assertThat(token.output().strip()).matches("aw_[A-Za-z0-9_-]{43}");
    assertThat(sendAs(url, token.output().strip())).isEqualTo(201);
    refuses(run("staff", "add", "--site", "no", "--role", "owner", "--name", "Jo"), "no site no");
    refuses(
        run("staff", "add", "--site", "news", "--role", "owner", "--name", "\u0001"),
        "1 to 60 characters");
    var recounted = run("recount", "--site", "blog");
    assertThat(recounted.code()).isZero();
    assertThat(recounted.output()).contains("blog: 1 articles, 1 comments, 0 faults put right.");
    refuses(run("recount", "--site", "nowhere"), "no site nowhere");
    assertThat(run("site", "remove", "blog").code()).isZero();
    Eventually.holds("it is gone", () -> send(comment(url, "blog", "hello")) == 404);
    refuses(run("site", "remove", "blog"), "no site blog");
  }

  private static int send(HttpRequest request) throws Exception {
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private static int sendAs(String url, String token) throws Exception {
    var request =
        HttpRequest.newBuilder(comment(url, "news", "of staff"), (name, value) -> true)
            .header("Authorization", "Bearer " + token)
            .build();
    return send(request);
  }

  @Test
  void help_readsWell() {
    var help = inProcess(0, "--help");
    assertThat(help)
        .contains(
            "serve", "check-config", "site", "staff", "recount", "--config=FILE", "--version");
    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
    for (var command : List.of("site", "staff", "serve", "check-config")) {
      assertThat(inProcess(0, command, "--help")).contains("Usage: afterword " + command);
    }
    assertThat(inProcess(0, "site", "add", "--help")).contains("--origin=ORIGIN", "NAME");
    assertThat(inProcess(2, "srve")).contains("'srve'", "Did you mean: afterword serve?");
    assertThat(inProcess(2, "site", "add")).contains("Missing required");
  }

  private static String inProcess(int code, String... command) {
    var text = new StringWriter();
    var line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(text, true)).setErr(new PrintWriter(text, true));
    assertThat(line.execute(command)).isEqualTo(code);
    System.out.println(text);
    return text.toString();
  }
}
